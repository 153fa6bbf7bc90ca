package dev.tollgate.function.http;

/** Which part of a list is asked for. */
public final class Page {
  public static final int LIMIT = 50;
  public static final int MOST = 200;

  /** The cursor of a list that is wanted from its newest entry on. */
  public static final long NEWEST = Long.MAX_VALUE;

  private Page() {}

  public static int limit(HttpRequest request) {
    String limit = request.query().get("limit");
    return limit == null ? LIMIT : QueryNumber.parse("limit", limit, 1, MOST);
  }

  /** Entries below this number are wanted. */
  public static long before(HttpRequest request) {
    String cursor = request.query().get("cursor");
    return cursor == null ? NEWEST : QueryNumber.parse("cursor", cursor, 1, Integer.MAX_VALUE);
  }

  /** The same for lists that count in int. */
  public static int number(long before) {
    return (int) Math.min(before, Integer.MAX_VALUE);
  }
}
