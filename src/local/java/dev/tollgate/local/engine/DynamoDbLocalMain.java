package dev.tollgate.local.engine;

import java.lang.reflect.Field;

/**
 * The main class of the child JVM: starts DynamoDB Local so that it listens on 127.0.0.1, for its
 * own main class listens on every address and takes no option against it. Runs on DynamoDB Local's
 * class path, of which nothing may be on ours: hence the reflection, and no class but the JDK's.
 */
final class DynamoDbLocalMain {
  static final String READY = "Tollgate: DynamoDB Local listens on 127.0.0.1:";

  private DynamoDbLocalMain() {}

  public static void main(String[] args) {
    try {
      Object proxy =
          Class.forName("com.amazonaws.services.dynamodbv2.local.main.ServerRunner")
              .getMethod("createServerFromCommandLineArgs", String[].class)
              .invoke(null, (Object) args);
      Field field = proxy.getClass().getDeclaredField("server");
      field.setAccessible(true);
      Object jetty = field.get(proxy);
      Object[] connectors = (Object[]) jetty.getClass().getMethod("getConnectors").invoke(jetty);
      for (Object connector : connectors) {
        connector.getClass().getMethod("setHost", String.class).invoke(connector, "127.0.0.1");
      }
      // Not start(): that one reports to AWS and swallows a taken port.
      proxy.getClass().getMethod("safeStart").invoke(proxy);
      Object port = connectors[0].getClass().getMethod("getLocalPort").invoke(connectors[0]);
      System.out.println(READY + port);
    } catch (ReflectiveOperationException | RuntimeException e) {
      e.printStackTrace();
      System.exit(1); // its own threads would keep a deaf process alive
    }
  }
}
