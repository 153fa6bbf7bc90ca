package dev.tollgate.local.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tollgate.local.model.answer.Json;
import dev.tollgate.local.model.answer.ReplyGenerator;
import dev.tollgate.local.model.fault.FaultDirective;
import dev.tollgate.local.model.fault.FaultDirective.Cut;
import dev.tollgate.local.model.fault.FaultDirective.Degradation;
import dev.tollgate.local.model.fault.FaultDirective.Degrade;
import dev.tollgate.local.model.fault.FaultDirective.StreamError;
import dev.tollgate.local.model.fault.FaultInjector;
import dev.tollgate.local.model.fault.FaultInjector.RequestedModel;
import dev.tollgate.local.model.fault.ProviderApiException;
import dev.tollgate.local.model.wire.AnthropicApi;
import dev.tollgate.local.model.wire.Exchange;
import dev.tollgate.local.model.wire.ModelApi;
import dev.tollgate.local.model.wire.ModelApi.AcceptedRequest;
import dev.tollgate.local.model.wire.ModelApi.RenderedResponse;
import dev.tollgate.local.model.wire.OpenAiApi;
import dev.tollgate.local.model.wire.SimulatedEmbeddings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A server that answers like the Anthropic and OpenAI APIs, without a model behind it.
 *
 * <p>In addition to the providers' routes it has two of its own: {@code /_simulate} to make coming
 * requests fail or degrade, and {@code /_requests} to see what arrived.
 */
public final class SimulatedModel implements AutoCloseable {
  private static final int BACKLOG = 256;
  private static final Duration HANG_DURATION = Duration.ofSeconds(60);

  private final HttpServer server;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final FaultInjector faults = new FaultInjector();
  private final RequestLog requests = new RequestLog();
  private final AtomicLong requestIds = new AtomicLong();
  private final AtomicLong answerCount = new AtomicLong();
  private final ModelApi anthropic;
  private final ModelApi openAi;

  SimulatedModel(int port, Clock clock) throws IOException {
    anthropic = new AnthropicApi(clock);
    openAi = new OpenAiApi(clock);
    server =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port),
            BACKLOG);
    server.setExecutor(executor);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Starts on loopback; port 0 takes any free port. */
  public static SimulatedModel start(int port) throws IOException {
    return new SimulatedModel(port, Clock.systemUTC());
  }

  /** The base URL of both APIs, without {@code /v1}. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** How many whole answers it has given, each of which a provider would bill. */
  public long answerCount() {
    return answerCount.get();
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }

  private void handle(HttpExchange http) throws IOException {
    Exchange exchange = Exchange.read(http);
    ModelApi api = apiOf(exchange);
    String requestId = "req_sim_%016d".formatted(requestIds.incrementAndGet());
    exchange.setHeader(api.requestIdHeader(), requestId);
    try {
      routeOrFail(exchange, api);
    } catch (ProviderApiException failure) {
      failure
          .retryAfterSeconds()
          .ifPresent(seconds -> exchange.setHeader("retry-after", Integer.toString(seconds)));
      ModelApi.ErrorResponse refused = api.errorResponse(failure, requestId);
      exchange.send(refused.status(), refused.body());
    }
  }

  /** A defect of this simulation must show as one, and not as a connection that dropped. */
  private void routeOrFail(Exchange exchange, ModelApi api) throws IOException {
    try {
      route(exchange, api);
    } catch (ProviderApiException failure) {
      throw failure;
    } catch (RuntimeException e) {
      throw ProviderApiException.of(500, "The simulated model has a defect: " + e);
    }
  }

  private ModelApi apiOf(Exchange exchange) {
    boolean spokenByOpenAi =
        exchange.path().startsWith("/v1/chat/")
            || exchange.path().startsWith("/v1/embeddings")
            || (exchange.path().startsWith("/v1/models")
                && exchange.header("anthropic-version").isEmpty());
    return spokenByOpenAi ? openAi : anthropic;
  }

  private void route(Exchange exchange, ModelApi api) throws IOException {
    if (exchange.path().startsWith("/v1/")) {
      requests.add(exchange.method(), exchange.path(), exchange.headers(), exchange.body());
    }
    switch (exchange.method() + " " + exchange.path()) {
      case "POST /v1/messages", "POST /v1/chat/completions" -> handleConversation(exchange, api);
      case "POST /v1/embeddings" -> {
        api.authenticate(exchange);
        ObjectNode request = object(exchange.body());
        for (FaultDirective behaviour :
            faults.nextDirectives(
                exchange.header("x-simulate"), request.path("model").asText(), exchange.body())) {
          applyFault(behaviour);
        }
        exchange.send(200, SimulatedEmbeddings.respond(request));
      }
      case "GET /v1/models" -> {
        api.authenticate(exchange);
        exchange.send(200, api.models());
      }
      case "POST /_simulate" -> {
        injectFault(exchange.body());
        exchange.sendEmpty(204);
      }
      case "DELETE /_simulate" -> {
        faults.clear();
        exchange.sendEmpty(204);
      }
      case "GET /_requests" -> exchange.send(200, requests.toJson());
      case "DELETE /_requests" -> {
        requests.clear();
        exchange.sendEmpty(204);
      }
      default ->
          throw ProviderApiException.of(
              404, "Not found: " + exchange.method() + " " + exchange.path());
    }
  }

  private void injectFault(String body) {
    JsonNode order = Json.parse(body).orElseGet(Json::object);
    JsonNode times = order.path("times");
    if (!order.path("behaviour").isTextual()) {
      throw ProviderApiException.invalid("behaviour: Field required");
    }
    if (!times.isMissingNode() && !(times.canConvertToInt() && times.asInt() > 0)) {
      throw ProviderApiException.invalid("times: Input should be a positive whole number");
    }
    faults.inject(
        FaultDirective.parseAll(order.path("behaviour").asText()),
        order.path("containing").asText(""),
        times.asInt(FaultInjector.UNTIL_CLEARED));
  }

  private void handleConversation(Exchange exchange, ModelApi api) throws IOException {
    String key = api.authenticate(exchange);
    ObjectNode request = object(exchange.body());
    String model = request.path("model").asText();
    List<FaultDirective> behaviours =
        faults.nextDirectives(exchange.header("x-simulate"), model, exchange.body());
    if (request.path("model").isTextual()) {
      request.put("model", RequestedModel.parse(model).id());
    }
    // Before validation: an overloaded provider does not look at what it turns away.
    for (FaultDirective behaviour : behaviours) {
      applyFault(behaviour);
    }
    AcceptedRequest accepted = api.accept(exchange, key, request);
    Optional<Degradation> way = findFirst(behaviours, Degrade.class).map(Degrade::degradation);
    RenderedResponse answer =
        accepted.render(ReplyGenerator.generate(accepted.conversation(), way));
    deliver(exchange, accepted.streams(), answer, behaviours);
  }

  private static ObjectNode object(String text) {
    JsonNode body =
        Json.parse(text)
            .orElseThrow(() -> ProviderApiException.invalid("The request body is not valid JSON"));
    if (body instanceof ObjectNode request) {
      return request;
    }
    throw ProviderApiException.invalid("The request body is not a JSON object");
  }

  private static void applyFault(FaultDirective behaviour) throws IOException {
    switch (behaviour) {
      case FaultDirective.Fail(int status) ->
          throw ProviderApiException.of(status, "Simulated failure " + status);
      case FaultDirective.RateLimit(int seconds) -> throw ProviderApiException.rateLimited(seconds);
      case FaultDirective.Delay(Duration after) -> pause(after);
      case FaultDirective.Hang() -> {
        // The JDK's server does not tell when a client has gone, so this waits its time out; the
        // virtual thread costs next to nothing meanwhile.
        pause(HANG_DURATION);
        throw new Exchange.ConnectionDroppedException();
      }
      case Cut _, StreamError _, Degrade _ -> {
        // These shape the answer instead.
      }
    }
  }

  private static void pause(Duration duration) throws IOException {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Exchange.ConnectionDroppedException();
    }
  }

  private void deliver(
      Exchange exchange, boolean streams, RenderedResponse answer, List<FaultDirective> behaviours)
      throws IOException {
    Optional<Cut> cut = findFirst(behaviours, Cut.class);
    boolean error = findFirst(behaviours, StreamError.class).isPresent();
    if (!streams && error) {
      throw ProviderApiException.of(529, "Simulated overload");
    }
    if (!streams) {
      if (cut.isPresent()) {
        exchange.sendTruncated(answer.body());
      }
      exchange.send(200, answer.body());
      answerCount.incrementAndGet();
    } else if (error) {
      List<Exchange.ServerSentEvent> events = new ArrayList<>(answer.firstHalf());
      events.add(answer.errorEvent());
      exchange.stream(events);
    } else if (cut.isPresent() && cut.get().abort()) {
      exchange.streamAndDrop(answer.firstHalf());
    } else if (cut.isPresent()) {
      exchange.stream(answer.firstHalf());
    } else {
      exchange.stream(answer.events());
      answerCount.incrementAndGet();
    }
  }

  private static <B extends FaultDirective> Optional<B> findFirst(
      List<FaultDirective> behaviours, Class<B> type) {
    return behaviours.stream().filter(type::isInstance).map(type::cast).findFirst();
  }
}
