package dev.tollgate.local.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tollgate.local.model.answer.Generator;
import dev.tollgate.local.model.answer.Json;
import dev.tollgate.local.model.fault.ApiFailure;
import dev.tollgate.local.model.fault.Behaviour;
import dev.tollgate.local.model.fault.Behaviour.Cut;
import dev.tollgate.local.model.fault.Behaviour.Degrade;
import dev.tollgate.local.model.fault.Behaviour.StreamError;
import dev.tollgate.local.model.fault.Behaviour.Way;
import dev.tollgate.local.model.fault.Failures;
import dev.tollgate.local.model.fault.Failures.NamedModel;
import dev.tollgate.local.model.wire.AnthropicApi;
import dev.tollgate.local.model.wire.Exchange;
import dev.tollgate.local.model.wire.ModelApi;
import dev.tollgate.local.model.wire.ModelApi.Accepted;
import dev.tollgate.local.model.wire.ModelApi.Answer;
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
 * <p>Beside the providers' routes it has two of its own: {@code /_simulate} to make coming requests
 * fail or degrade, and {@code /_requests} to see what arrived.
 */
public final class SimulatedModel implements AutoCloseable {
  private static final int BACKLOG = 256;
  private static final Duration HANG = Duration.ofSeconds(60);

  private final HttpServer server;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final Failures failures = new Failures();
  private final RequestLog requests = new RequestLog();
  private final AtomicLong requestIds = new AtomicLong();
  private final AtomicLong answers = new AtomicLong();
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
  public long answers() {
    return answers.get();
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
      answerOrFail(exchange, api);
    } catch (ApiFailure failure) {
      failure
          .retryAfterSeconds()
          .ifPresent(seconds -> exchange.setHeader("retry-after", Integer.toString(seconds)));
      ModelApi.Refused refused = api.refuse(failure, requestId);
      exchange.send(refused.status(), refused.body());
    }
  }

  /** A defect of this simulation must show as one, and not as a connection that dropped. */
  private void answerOrFail(Exchange exchange, ModelApi api) throws IOException {
    try {
      route(exchange, api);
    } catch (ApiFailure failure) {
      throw failure;
    } catch (RuntimeException e) {
      throw ApiFailure.of(500, "The simulated model has a defect: " + e);
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
      case "POST /v1/messages", "POST /v1/chat/completions" -> converse(exchange, api);
      case "POST /v1/embeddings" -> {
        api.authenticate(exchange);
        ObjectNode request = object(exchange.body());
        for (Behaviour behaviour :
            failures.next(
                exchange.header("x-simulate"), request.path("model").asText(), exchange.body())) {
          obstruct(behaviour);
        }
        exchange.send(200, SimulatedEmbeddings.answer(request));
      }
      case "GET /v1/models" -> {
        api.authenticate(exchange);
        exchange.send(200, api.models());
      }
      case "POST /_simulate" -> {
        simulate(exchange.body());
        exchange.sendEmpty(204);
      }
      case "DELETE /_simulate" -> {
        failures.clear();
        exchange.sendEmpty(204);
      }
      case "GET /_requests" -> exchange.send(200, requests.toJson());
      case "DELETE /_requests" -> {
        requests.clear();
        exchange.sendEmpty(204);
      }
      default ->
          throw ApiFailure.of(404, "Not found: " + exchange.method() + " " + exchange.path());
    }
  }

  private void simulate(String body) {
    JsonNode order = Json.parse(body).orElseGet(Json::object);
    JsonNode times = order.path("times");
    if (!order.path("behaviour").isTextual()) {
      throw ApiFailure.invalid("behaviour: Field required");
    }
    if (!times.isMissingNode() && !(times.canConvertToInt() && times.asInt() > 0)) {
      throw ApiFailure.invalid("times: Input should be a positive whole number");
    }
    failures.order(
        Behaviour.parseAll(order.path("behaviour").asText()),
        order.path("containing").asText(""),
        times.asInt(Failures.UNTIL_CLEARED));
  }

  private void converse(Exchange exchange, ModelApi api) throws IOException {
    String key = api.authenticate(exchange);
    ObjectNode request = object(exchange.body());
    String model = request.path("model").asText();
    List<Behaviour> behaviours =
        failures.next(exchange.header("x-simulate"), model, exchange.body());
    if (request.path("model").isTextual()) {
      request.put("model", NamedModel.parse(model).id());
    }
    // Before validation: an overloaded provider does not look at what it turns away.
    for (Behaviour behaviour : behaviours) {
      obstruct(behaviour);
    }
    Accepted accepted = api.accept(exchange, key, request);
    Optional<Way> way = first(behaviours, Degrade.class).map(Degrade::way);
    Answer answer = accepted.answer(Generator.reply(accepted.conversation(), way));
    deliver(exchange, accepted.streams(), answer, behaviours);
  }

  private static ObjectNode object(String text) {
    JsonNode body =
        Json.parse(text)
            .orElseThrow(() -> ApiFailure.invalid("The request body is not valid JSON"));
    if (body instanceof ObjectNode request) {
      return request;
    }
    throw ApiFailure.invalid("The request body is not a JSON object");
  }

  private static void obstruct(Behaviour behaviour) throws IOException {
    switch (behaviour) {
      case Behaviour.Fail(int status) -> throw ApiFailure.of(status, "Simulated failure " + status);
      case Behaviour.RateLimit(int seconds) -> throw ApiFailure.rateLimited(seconds);
      case Behaviour.Delay(Duration after) -> pause(after);
      case Behaviour.Hang() -> {
        // The JDK's server does not tell when a client has gone, so this waits its time out; the
        // virtual thread costs next to nothing meanwhile.
        pause(HANG);
        throw new Exchange.Dropped();
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
      throw new Exchange.Dropped();
    }
  }

  private void deliver(
      Exchange exchange, boolean streams, Answer answer, List<Behaviour> behaviours)
      throws IOException {
    Optional<Cut> cut = first(behaviours, Cut.class);
    boolean error = first(behaviours, StreamError.class).isPresent();
    if (!streams && error) {
      throw ApiFailure.of(529, "Simulated overload");
    }
    if (!streams) {
      if (cut.isPresent()) {
        exchange.sendCut(answer.whole());
      }
      exchange.send(200, answer.whole());
      answers.incrementAndGet();
    } else if (error) {
      List<Exchange.Event> events = new ArrayList<>(answer.beginning());
      events.add(answer.errorEvent());
      exchange.stream(events);
    } else if (cut.isPresent() && cut.get().abort()) {
      exchange.streamAndDrop(answer.beginning());
    } else if (cut.isPresent()) {
      exchange.stream(answer.beginning());
    } else {
      exchange.stream(answer.events());
      answers.incrementAndGet();
    }
  }

  private static <B extends Behaviour> Optional<B> first(
      List<Behaviour> behaviours, Class<B> type) {
    return behaviours.stream().filter(type::isInstance).map(type::cast).findFirst();
  }
}
