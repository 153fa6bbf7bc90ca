package dev.tollgate.local.gateway;

import com.sun.net.httpserver.HttpExchange;
import dev.tollgate.local.lambda.InvocationResult;
import dev.tollgate.local.lambda.LambdaService;
import dev.tollgate.local.lambda.PayloadLimits;
import dev.tollgate.local.loopback.LoopbackServer;
import dev.tollgate.local.template.SamTemplate;
import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.ZipException;

/** API Gateway's REST API on this machine. The stage is at the root of its URL. */
public final class ApiGateway implements AutoCloseable {
  private static final Logger LOG = System.getLogger(ApiGateway.class.getName());
  private static final int MAX_BODY_BYTES = 10 * 1024 * 1024;

  private final LambdaService lambda;
  private final RouteTable routes;
  private final ProxyEventFactory events;
  private final BinaryMediaTypes binary;
  private final Compression compression;
  private final GatewayErrorWriter errorWriter;
  private final ExecutorService invocations = Executors.newVirtualThreadPerTaskExecutor();
  private final LoopbackServer server;

  private ApiGateway(SamTemplate template, LambdaService lambda, int port) throws IOException {
    this.lambda = lambda;
    this.routes = new RouteTable(template.functions());
    this.binary = new BinaryMediaTypes(template.binaryMediaTypes());
    this.compression = new Compression(template.minimumCompressionSize());
    this.events = new ProxyEventFactory(template.stage(), binary);
    this.errorWriter = new GatewayErrorWriter(template.gatewayResponses());
    this.server = listen(port);
  }

  /** Starts the API on {@code port}, or on any free one for 0. */
  public static ApiGateway start(SamTemplate template, LambdaService lambda, int port)
      throws IOException {
    return new ApiGateway(template, lambda, port);
  }

  private LoopbackServer listen(int port) throws IOException {
    try {
      return LoopbackServer.start(port, this::handle);
    } catch (BindException e) {
      throw new IOException(
          "Port " + port + " is taken: set PORT to a free one, such as PORT=" + (port + 1), e);
    }
  }

  /** Returns the base URL, without a slash at its end. */
  public URI url() {
    return server.uri();
  }

  private void handle(HttpExchange exchange) throws IOException {
    Instant received = Instant.now();
    String requestId = UUID.randomUUID().toString();
    byte[] body;
    try {
      body = Compression.decompress(exchange).readNBytes(MAX_BODY_BYTES + 1);
    } catch (ZipException | EOFException e) {
      errorWriter.send(exchange, GatewayError.UNSUPPORTED_MEDIA_TYPE, requestId);
      return;
    }
    Optional<RouteTable.Match> match =
        routes.find(exchange.getRequestMethod(), exchange.getRequestURI().getRawPath());
    if (match.isEmpty()) {
      errorWriter.send(exchange, GatewayError.MISSING_AUTHENTICATION_TOKEN, requestId);
      return;
    }
    byte[] event =
        body.length > MAX_BODY_BYTES
            ? new byte[0]
            : events.event(exchange, match.get(), body, requestId, received);
    if (body.length > MAX_BODY_BYTES || event.length > PayloadLimits.SYNCHRONOUS) {
      errorWriter.send(exchange, GatewayError.REQUEST_TOO_LARGE, requestId);
      return;
    }
    try {
      integrate(exchange, match.get(), event, requestId);
    } catch (InterruptedException e) {
      // The gateway closes, and the connection with it.
      Thread.currentThread().interrupt();
    }
  }

  private void integrate(
      HttpExchange exchange, RouteTable.Match match, byte[] event, String requestId)
      throws IOException, InterruptedException {
    String function = match.function().functionName();
    Duration timeout = lambda.timeout(match.function(), match.route().timeout());
    // On a thread of its own: the function works on when the gateway no longer waits.
    Future<InvocationResult> invocation = invocations.submit(() -> lambda.invoke(function, event));
    try {
      InvocationResult result = invocation.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      switch (result) {
        case InvocationResult.Succeeded answer -> sendResult(exchange, answer, function, requestId);
        case InvocationResult.Failed failure -> {
          LOG.log(Level.WARNING, "{0} failed: {1}", function, failure.text());
          errorWriter.send(exchange, GatewayError.DEFAULT_5XX, requestId);
        }
      }
    } catch (TimeoutException e) {
      LOG.log(Level.WARNING, "{0} took longer than {1}", function, timeout);
      errorWriter.send(exchange, GatewayError.INTEGRATION_TIMEOUT, requestId);
    } catch (ExecutionException e) {
      LOG.log(Level.ERROR, () -> "Could not invoke " + function, e.getCause());
      errorWriter.send(exchange, GatewayError.INTEGRATION_FAILURE, requestId);
    }
  }

  private void sendResult(
      HttpExchange exchange, InvocationResult.Succeeded result, String function, String requestId)
      throws IOException {
    switch (ProxyResponseReader.parse(result.payload())) {
      case ProxyResponse.Valid valid -> send(exchange, valid, function, requestId);
      case ProxyResponse.Malformed(String problem) ->
          sendMalformed(exchange, function, problem, requestId);
    }
  }

  private void send(
      HttpExchange exchange, ProxyResponse.Valid answer, String function, String requestId)
      throws IOException {
    byte[] body;
    try {
      body = body(exchange, answer);
    } catch (IllegalArgumentException e) {
      sendMalformed(exchange, function, "body is not base64", requestId);
      return;
    }
    List<String> connection = answer.headers().getOrDefault("Connection", List.of());
    answer
        .headers()
        .forEach(
            (name, values) -> {
              if (!HopByHopHeaders.contains(name, connection)
                  && !name.equalsIgnoreCase("Content-Length")) {
                values.forEach(
                    value -> exchange.getResponseHeaders().add(outgoingName(name), value));
              }
            });
    if (!exchange.getResponseHeaders().containsKey("Content-Type")) {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
    }
    exchange.getResponseHeaders().set("x-amzn-RequestId", requestId);
    BodyWriter.send(exchange, answer.status(), compression.compress(exchange, body));
  }

  /** Returns what a function's header is called outside, where the gateway sends its own. */
  private static String outgoingName(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "date", "server", "www-authenticate", "content-md5" -> "x-amzn-Remapped-" + name;
      default -> name;
    };
  }

  /**
   * Decodes base64 only where the API knows of binary types; elsewhere it stays text, as in AWS.
   */
  private byte[] body(HttpExchange exchange, ProxyResponse.Valid answer) {
    return answer.base64() && binary.matches(exchange.getRequestHeaders().getFirst("Accept"))
        ? Base64.getDecoder().decode(answer.body())
        : answer.body().getBytes(StandardCharsets.UTF_8);
  }

  private void sendMalformed(
      HttpExchange exchange, String function, String problem, String requestId) throws IOException {
    LOG.log(Level.WARNING, "Malformed Lambda proxy response from {0}: {1}", function, problem);
    errorWriter.send(exchange, GatewayError.DEFAULT_5XX, requestId);
  }

  @Override
  public void close() {
    server.close();
    invocations.shutdownNow();
  }
}
