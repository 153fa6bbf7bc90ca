package dev.tollgate.shadow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tollgate.cost.calls.CallRecord;
import dev.tollgate.cost.calls.CallRecords;
import dev.tollgate.invocation.ManagedPrompt;
import dev.tollgate.invocation.SemanticHit;
import dev.tollgate.prompt.content.PromptContent;
import dev.tollgate.provider.FinishReason;
import dev.tollgate.provider.ModelResponse;
import dev.tollgate.provider.Usage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HitSamplerTest {
  private final ShadowEventCodec events = ShadowRequests.events(Optional.of("secret"));
  private final List<byte[]> sent = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();

  private void onSkip(Object event) {
    failures.add(((ComparisonSkipped) event).reason());
  }

  private HitSampler sampler(double share, double... chances) {
    List<Double> left = new ArrayList<>();
    for (double chance : chances) {
      left.add(chance);
    }
    return new HitSampler(events, sent::add, this::onSkip, share, left::removeFirst);
  }

  private HitSampler sending(ShadowEventCodec shadows, Consumer<byte[]> sender) {
    return new HitSampler(shadows, sender, this::onSkip, 1, () -> 0);
  }

  @Test
  void sendsTheRequestOfTheHit() throws IOException {
    SemanticHit hit = hit(ShadowRequests.SERVED, OptionalInt.of(3));
    sampler(1, 0.999).onHit(hit);

    ShadowRequest shadow = events.read(new ObjectMapper().readTree(sent.getFirst())).orElseThrow();
    assertEquals(hit.call().id(), shadow.callId());
    assertEquals(hit.call().answeredBy().orElseThrow(), shadow.hit().answeredBy());
    assertEquals(hit.call().similarity().orElseThrow(), shadow.hit().similarity());
    assertEquals(ShadowRequests.NAME, shadow.prompt());
    assertEquals(3, shadow.version());
    assertEquals("key_0", shadow.caller().principalId());
    assertEquals("search", shadow.caller().team());
    assertEquals(ShadowRequests.QUESTION, shadow.question());
    assertEquals(ShadowRequests.SERVED, shadow.served());
    assertEquals("claude-haiku-4-5", shadow.input().request().model());
    assertEquals(List.of(), failures);
  }

  @Test
  void samplesByChanceOnly() {
    HitSampler hits = sampler(0.02, 0.019, 0.02, 0.5, 0.0);
    SemanticHit hit = hit(ShadowRequests.SERVED, OptionalInt.of(1));
    for (int i = 0; i < 4; i++) {
      hits.onHit(hit);
    }

    assertEquals(2, sent.size());
    sampler(0, 0.0).onHit(hit);
    assertEquals(2, sent.size());
  }

  @Test
  void samplesTheConfiguredShare() {
    Random random = new Random(7);
    HitSampler hits = new HitSampler(events, sent::add, this::onSkip, 0.1, random::nextDouble);
    SemanticHit hit = hit("Yes.", OptionalInt.of(1));
    for (int i = 0; i < 2000; i++) {
      hits.onHit(hit);
    }

    assertEquals(200.0, sent.size(), 40);
  }

  @Test
  void reportsFailuresWithoutFailingTheCall() {
    SemanticHit hit = hit(ShadowRequests.SERVED, OptionalInt.of(1));
    sending(
            events,
            _ -> {
              throw new IllegalStateException("Lambda is unavailable");
            })
        .onHit(hit);
    sending(ShadowRequests.events(Optional.empty()), sent::add).onHit(hit);
    byte[] noise = new byte[1_500_000];
    new Random(7).nextBytes(noise);
    sending(events, sent::add)
        .onHit(hit(new String(noise, StandardCharsets.ISO_8859_1), OptionalInt.of(1)));

    assertEquals(List.of("failed", "no_key", "too_large"), failures);
    assertEquals(List.of(), sent);
  }

  @Test
  void skipsPromptsFromDeveloperFiles() {
    sampler(1, 0.0).onHit(hit(ShadowRequests.SERVED, OptionalInt.empty()));

    assertEquals(List.of(), sent);
    assertEquals(List.of(), failures);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.01, 1.01, Double.NaN})
  void rejectsAShareOutsideZeroToOne(double share) {
    assertThrows(IllegalArgumentException.class, () -> sampler(share));
  }

  private static SemanticHit hit(String served, OptionalInt version) {
    CallRecord call = CallRecords.similar(Instant.now(), "alice", "0.001");
    PromptContent content =
        PromptContent.ofText("Answer.", "claude-haiku-4-5", Optional.empty(), 100);
    return new SemanticHit(
        call,
        "key_0",
        new ManagedPrompt(
            ShadowRequests.NAME, version, content, content.versionHash(), 0, Optional.empty()),
        ShadowRequests.request(),
        new ModelResponse(
            "claude-haiku-4-5",
            FinishReason.END_TURN,
            Usage.NONE,
            served,
            JsonNodeFactory.instance.objectNode()),
        ShadowRequests.QUESTION,
        "When do I have to return it?");
  }
}
