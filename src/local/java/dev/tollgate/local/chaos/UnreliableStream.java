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
final class UnreliableStream implements StreamPoller.FunctionInvoker {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_KEPT_BATCHES = 20;

  private final StreamPoller.FunctionInvoker functions;
  private final Random random;
  private final List<byte[]> earlierBatches = new ArrayList<>();
  private boolean unreliable;

  UnreliableStream(StreamPoller.FunctionInvoker functions, Random random) {
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
    for (byte[] unasked : extraBatches(event)) {
      InvocationResult unused = functions.invoke(function, unasked);
    }
    return functions.invoke(function, event);
  }

  /** Returns batches to deliver before the next one: repeats, or ones out of order. */
  private synchronized List<byte[]> extraBatches(byte[] event) {
    List<byte[]> batches = new ArrayList<>();
    if (unreliable) {
      batches.add(shuffled(event));
      if (!earlierBatches.isEmpty()) {
        batches.add(earlierBatches.get(random.nextInt(earlierBatches.size())));
      }
    }
    earlierBatches.add(event);
    if (earlierBatches.size() > MAX_KEPT_BATCHES) {
      earlierBatches.removeFirst();
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
