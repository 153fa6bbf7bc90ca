package dev.tollgate.local.template;

/** The made-up account that local resources live in. */
public final class LocalNames {
  public static final String REGION = "us-east-1";
  public static final String ACCOUNT = "000000000000";
  static final String STACK = "tollgate";
  private static final String STREAM_SUFFIX = "/stream/local";

  private LocalNames() {}

  static String arn(String service, String resource) {
    return "arn:aws:%s:%s:%s:%s".formatted(service, REGION, ACCOUNT, resource);
  }

  public static String functionArn(String functionName) {
    return arn("lambda", "function:" + functionName);
  }

  static String tableArn(String tableName) {
    return arn("dynamodb", "table/" + tableName);
  }

  static String streamArn(String tableName) {
    return tableArn(tableName) + STREAM_SUFFIX;
  }

  /** Returns the table of an ARN that {@link #streamArn} made. */
  static String tableOfStream(String streamArn, String place) {
    String start = tableArn("");
    if (!streamArn.startsWith(start) || !streamArn.endsWith(STREAM_SUFFIX)) {
      throw new TemplateException(
          place, streamArn + " is not the stream of a table here: use !GetAtt <Table>.StreamArn");
    }
    return streamArn.substring(start.length(), streamArn.length() - STREAM_SUFFIX.length());
  }
}
