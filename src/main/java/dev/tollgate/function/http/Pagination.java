package dev.tollgate.function.http;

/** The parameters {@code limit} and {@code cursor} of a list. */
public final class Pagination {
  public static final int DEFAULT_LIMIT = 50;
  public static final int MAX_LIMIT = 200;

  /** The cursor of a first page, which begins with the newest entry. */
  public static final long NEWEST = Long.MAX_VALUE;

  private Pagination() {}

  static int limit(HttpRequest request) {
    String limit = request.queryParameters().get("limit");
    return limit == null ? DEFAULT_LIMIT : IntegerParameter.parse("limit", limit, 1, MAX_LIMIT);
  }

  /** The number that all entries of the page are below. */
  static long before(HttpRequest request) {
    String cursor = request.queryParameters().get("cursor");
    return cursor == null ? NEWEST : IntegerParameter.parse("cursor", cursor, 1, Integer.MAX_VALUE);
  }

  /** The cursor of a list whose numbers are int. */
  public static int versionNumber(long before) {
    return (int) Math.min(before, Integer.MAX_VALUE);
  }
}
