package dev.tollgate.function.http;

/** Which part of a list is asked for. */
public final class Pagination {
  public static final int DEFAULT_LIMIT = 50;
  public static final int MAX_LIMIT = 200;

  /** The cursor of a list that is wanted from its newest entry on. */
  public static final long NEWEST = Long.MAX_VALUE;

  private Pagination() {}

  public static int limit(HttpRequest request) {
    String limit = request.queryParameters().get("limit");
    return limit == null ? DEFAULT_LIMIT : IntegerParameter.parse("limit", limit, 1, MAX_LIMIT);
  }

  /** Entries below this number are wanted. */
  public static long before(HttpRequest request) {
    String cursor = request.queryParameters().get("cursor");
    return cursor == null ? NEWEST : IntegerParameter.parse("cursor", cursor, 1, Integer.MAX_VALUE);
  }

  /** The same for lists that count in int. */
  public static int versionNumber(long before) {
    return (int) Math.min(before, Integer.MAX_VALUE);
  }
}
