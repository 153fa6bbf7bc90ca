package dev.tollgate.local.lambda;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import com.amazonaws.services.lambda.runtime.LambdaRuntime;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.funqy.lambda.FunqyStreamHandler;
import io.quarkus.runtime.Quarkus;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/**
 * Fetches work through Lambda's Runtime API and has Funqy do it: what AWS's own Java runtime does,
 * which runs on Linux only.
 *
 * <p>Runs inside the function's process, with no more on its class path than this class, its nested
 * ones and the deployed package.
 */
final class RuntimeLoop {
  /** Names the packages whose classes are loaded before the process ends, set apart by commas. */
  static final String PRELOAD_PROPERTY = "tollgate.local.trained";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String api;

  private RuntimeLoop(String api) {
    this.api = api;
  }

  public static void main(String[] arguments) {
    RuntimeLoop loop =
        new RuntimeLoop(
            "http://" + System.getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/");
    try {
      loop.run();
    } catch (IOException e) {
      loadClasses(System.getProperty(PRELOAD_PROPERTY, ""));
      // The emulator has gone. Quarkus holds threads of its own, so returning would not end this.
      System.exit(0);
    }
  }

  /** Loads all classes of some packages, for a cache that is made when this ends. */
  private static void loadClasses(String packages) {
    if (packages.isEmpty()) {
      return;
    }
    List<String> folders =
        Stream.of(packages.split(",", -1)).map(name -> name.replace('.', '/') + "/").toList();
    for (String jar : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      try (ZipFile classes = new ZipFile(jar)) {
        classes.stream()
            .map(ZipEntry::getName)
            .filter(name -> name.endsWith(".class") && folders.stream().anyMatch(name::startsWith))
            .forEach(RuntimeLoop::loadFrom);
      } catch (IOException e) {
        System.err.println("without the classes of " + jar + ": " + e.getMessage());
      }
    }
  }

  private static void loadFrom(String file) {
    String name = file.substring(0, file.length() - ".class".length()).replace('/', '.');
    try {
      Class.forName(name, false, RuntimeLoop.class.getClassLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      // Refers to a library that is absent, so no other code loads it either.
    }
  }

  private void run() throws IOException {
    RequestStreamHandler handler = initialise();
    while (true) {
      HttpURLConnection next = connect("invocation/next");
      byte[] event = read(next);
      InvocationContext invocation = new InvocationContext(next);
      // The native runtime of Quarkus sets the same two.
      MDC.put("AWSRequestId", invocation.getAwsRequestId());
      System.setProperty("com.amazonaws.xray.traceHeader", invocation.header("Trace-Id"));
      String path = "invocation/" + invocation.getAwsRequestId();
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      try {
        handler.handleRequest(new ByteArrayInputStream(event), answer, invocation);
      } catch (VirtualMachineError e) {
        post(path + "/error", error(e));
        Runtime.getRuntime().halt(1);
      } catch (Throwable e) {
        post(path + "/error", error(e));
        continue;
      } finally {
        MDC.remove("AWSRequestId");
      }
      post(path + "/response", answer.toByteArray());
    }
  }

  private RequestStreamHandler initialise() throws IOException {
    try {
      RequestStreamHandler handler = new FunqyStreamHandler();
      // Otherwise Quarkus starts with the first invocation, inside that one's time.
      Quarkus.manualStart();
      return handler;
    } catch (Throwable e) {
      post("init/error", error(e));
      System.exit(1);
      throw new AssertionError("exited", e);
    }
  }

  private static byte[] error(Throwable thrown) throws IOException {
    return JSON.writeValueAsBytes(describe(thrown));
  }

  private static ObjectNode describe(Throwable thrown) {
    ObjectNode error = JSON.createObjectNode();
    error.put("errorType", thrown.getClass().getName());
    error.put("errorMessage", thrown.getMessage());
    ArrayNode frames = error.putArray("stackTrace");
    for (StackTraceElement frame : thrown.getStackTrace()) {
      frames.add(frame.toString());
    }
    Throwable cause = thrown.getCause();
    if (cause != null) {
      error.set("cause", describe(cause));
    }
    return error;
  }

  private void post(String path, byte[] body) throws IOException {
    HttpURLConnection connection = connect(path);
    connection.setRequestMethod("POST");
    connection.setRequestProperty("Content-Type", "application/json");
    connection.setDoOutput(true);
    connection.setFixedLengthStreamingMode(body.length);
    try (OutputStream out = connection.getOutputStream()) {
      out.write(body);
    }
    byte[] unused = read(connection);
  }

  /**
   * On the thread that waits for it, as Quarkus's own loop does it: a client with threads of its
   * own would be the larger part of what an invocation takes.
   */
  private HttpURLConnection connect(String path) throws IOException {
    return (HttpURLConnection) URI.create(api + path).toURL().openConnection();
  }

  /** Reads all of it, so that the connection serves again. */
  private static byte[] read(HttpURLConnection connection) throws IOException {
    boolean failed = connection.getResponseCode() >= HttpURLConnection.HTTP_BAD_REQUEST;
    try (InputStream in = failed ? connection.getErrorStream() : connection.getInputStream()) {
      return in == null ? new byte[0] : in.readAllBytes();
    }
  }

  /** What Lambda tells about an invocation. */
  private record InvocationContext(HttpURLConnection next) implements Context {
    String header(String name) {
      return Objects.requireNonNullElse(next.getHeaderField("Lambda-Runtime-" + name), "");
    }

    @Override
    public String getAwsRequestId() {
      return header("Aws-Request-Id");
    }

    @Override
    public String getLogGroupName() {
      return System.getenv("AWS_LAMBDA_LOG_GROUP_NAME");
    }

    @Override
    public String getLogStreamName() {
      return System.getenv("AWS_LAMBDA_LOG_STREAM_NAME");
    }

    @Override
    public String getFunctionName() {
      return System.getenv("AWS_LAMBDA_FUNCTION_NAME");
    }

    @Override
    public String getFunctionVersion() {
      return System.getenv("AWS_LAMBDA_FUNCTION_VERSION");
    }

    @Override
    public String getInvokedFunctionArn() {
      return header("Invoked-Function-Arn");
    }

    @Override
    public @Nullable CognitoIdentity getIdentity() {
      return null;
    }

    @Override
    public @Nullable ClientContext getClientContext() {
      return null;
    }

    @Override
    public int getRemainingTimeInMillis() {
      return (int) (Long.parseLong(header("Deadline-Ms")) - System.currentTimeMillis());
    }

    @Override
    public int getMemoryLimitInMB() {
      return Integer.parseInt(System.getenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"));
    }

    @Override
    public LambdaLogger getLogger() {
      return LambdaRuntime.getLogger();
    }
  }
}
