package dev.tollgate.local.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.local.lambda.InvocationResult;
import dev.tollgate.local.stream.StreamPoller;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Brings batches again, old ones after new ones, and the records of one in any order. */
final class UnreliableStream implements StreamPoller.Target {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int KEPT = 20;

  private final StreamPoller.Target functions;
  private final Random random;
  private final List<byte[]> before = new ArrayList<>();
  private boolean unreliable;

  UnreliableStream(StreamPoller.Target functions, Random random) {
    this.functions = functions;
    this.random = random;
  }

  synchronized void disturb() {
    unreliable = true;
  }

  synchronized void heal() {
    unreliable = false;
  }

  @Override
  public InvocationResult invoke(String function, byte[] event) throws InterruptedException {
    for (byte[] unasked : unasked(event)) {
      InvocationResult unused = functions.invoke(function, unasked);
    }
    return functions.invoke(function, event);
  }

  /** What comes before a batch although nobody waits for it. */
  private synchronized List<byte[]> unasked(byte[] event) {
    List<byte[]> batches = new ArrayList<>();
    if (unreliable) {
      batches.add(shuffled(event));
      if (!before.isEmpty()) {
        batches.add(before.get(random.nextInt(before.size())));
      }
    }
    before.add(event);
    if (before.size() > KEPT) {
      before.removeFirst();
    }
    return batches;
  }

  private byte[] shuffled(byte[] event) {
    try {
      ObjectNode tree = (ObjectNode) JSON.readTree(event);
      List<JsonNode> records = new ArrayList<>();
      tree.path("Records").forEach(records::add);
      Collections.shuffle(records, random);
      ArrayNode list = tree.putArray("Records");
      list.addAll(records);
      return tree.toString().getBytes(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
