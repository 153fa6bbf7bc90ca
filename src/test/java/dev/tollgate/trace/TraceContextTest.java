package dev.tollgate.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples and the rules of W3C Trace Context, Level 1. */
final class TraceContextTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";
  private static final String PARENT = "00-" + TRACE + "-" + SPAN + "-01";

  private static Optional<TraceContext> read(String parent) {
    return TraceContext.parse(Optional.of(parent), Optional.empty());
  }

  private static TraceState state(String header) {
    return TraceContext.parse(Optional.of(PARENT), Optional.of(header)).orElseThrow().state();
  }

  @Test
  void outgoingRequestIsNewSpanOfSameTrace() {
    TraceContext trace = read(PARENT).orElseThrow();
    String sent = trace.traceparent();

    assertTrue(sent.matches("00-" + TRACE + "-[0-9a-f]{16}-01"), sent);
    assertFalse(sent.contains(SPAN), sent);
    assertNotEquals(sent, trace.traceparent());
    assertTrue(read(sent).isPresent());
  }

  @Test
  void propagatesOnlySampledFlag() {
    assertTrue(
        read("00-" + TRACE + "-" + SPAN + "-ff").orElseThrow().traceparent().endsWith("-01"));
    assertTrue(
        read("00-" + TRACE + "-" + SPAN + "-fe").orElseThrow().traceparent().endsWith("-00"));
  }

  @Test
  void parsesLaterVersion() {
    assertEquals(TRACE, read("cc-" + TRACE + "-" + SPAN + "-01").orElseThrow().traceId());
    assertEquals(
        TRACE, read("cc-" + TRACE + "-" + SPAN + "-01-what-the-future").orElseThrow().traceId());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "ff-" + TRACE + "-" + SPAN + "-01",
        "00-00000000000000000000000000000000-" + SPAN + "-01",
        "00-" + TRACE + "-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + SPAN + "-01",
        "00-" + TRACE + "-" + SPAN + "-01-more",
        "00-" + TRACE + "-" + SPAN + "-1",
        "00-" + TRACE + "-" + SPAN + "-0g",
        "cc-" + TRACE + "-" + SPAN + "-01more",
        PARENT + ", " + PARENT
      })
  void ignoresMalformedParent(String parent) {
    assertEquals(Optional.empty(), read(parent));
  }

  @Test
  void keepsOrderOfState() {
    assertEquals(
        "congo=t61rcWkgMzE,tenant@rojo=00f067aa0ba902b7",
        state("congo=t61rcWkgMzE, ,tenant@rojo=00f067aa0ba902b7").header());
    assertEquals(Optional.empty(), state("").outgoingHeader());
  }

  @ParameterizedTest
  @ValueSource(strings = {"foo", "Foo=1", "foo=", "foo=1=2", "foo=1,foo=2", "foo@=1", "foo=\u00e4"})
  void dropsInvalidStateAndKeepsTrace(String header) {
    assertEquals(TraceState.NONE, state(header));
  }

  @Test
  void dropsStateOfMoreThan32Members() {
    String most =
        IntStream.range(0, 32).mapToObj("k%d=v"::formatted).collect(Collectors.joining(","));

    assertEquals(most, state(most).header());
    assertEquals(TraceState.NONE, state(most + ",one=more"));
  }

  @Test
  void parsesXRayHeader() {
    TraceContext trace =
        TraceContext.parseXRay(
                "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1")
            .orElseThrow();

    assertEquals("5759e988bd862e3fe1be46a994272793", trace.traceId());
    assertTrue(trace.sampled());
    assertEquals(
        Optional.of(false),
        TraceContext.parseXRay("Self=1-2-3;Root=1-5759e988-bd862e3fe1be46a994272793;Lineage=1:x:0")
            .map(TraceContext::sampled));
    assertEquals(Optional.empty(), TraceContext.parseXRay("Root=1-5759e988"));
    assertEquals(Optional.empty(), TraceContext.parseXRay(""));
  }

  @Test
  void childThreadsInheritTrace() {
    TraceContext trace = TraceContext.startNew();
    String seen =
        trace.callWithin(
            () ->
                CompletableFuture.supplyAsync(
                        () -> TraceContext.current().traceId(),
                        task -> Thread.ofVirtual().start(task))
                    .join());

    assertEquals(trace.traceId(), seen);
    assertNotEquals(trace.traceId(), TraceContext.current().traceId());
  }
}
