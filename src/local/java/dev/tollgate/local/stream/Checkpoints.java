package dev.tollgate.local.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * How far each function is in each shard, kept in a file across restarts. Losing it costs only
 * time: the stream is then read again from its start.
 */
final class Checkpoints {
  private static final Logger LOG = System.getLogger(Checkpoints.class.getName());
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SHARD_END = "SHARD_END";

  private final Path file;
  private final Map<String, Map<String, String>> positions;

  private Checkpoints(Path file, Map<String, Map<String, String>> positions) {
    this.file = file;
    this.positions = positions;
  }

  static Checkpoints read(Path file) {
    Map<String, Map<String, String>> done = new TreeMap<>();
    try {
      if (Files.exists(file)) {
        done.putAll(
            JSON.readValue(
                file.toFile(), new TypeReference<Map<String, Map<String, String>>>() {}));
      }
    } catch (JsonProcessingException e) {
      LOG.log(
          Level.WARNING,
          "Reading streams from their start: cannot read {0}: {1}",
          file,
          e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
    return new Checkpoints(file, done);
  }

  /** Says whether anything was ever read for {@code subscription}. */
  synchronized boolean contains(String subscription) {
    return positions.containsKey(subscription);
  }

  synchronized Optional<String> lastSequenceNumber(String subscription, String shard) {
    return Optional.ofNullable(positions.getOrDefault(subscription, Map.of()).get(shard))
        .filter(sequenceNumber -> !sequenceNumber.equals(SHARD_END));
  }

  synchronized boolean isFinished(String subscription, String shard) {
    return SHARD_END.equals(positions.getOrDefault(subscription, Map.of()).get(shard));
  }

  synchronized void advance(String subscription, String shard, String sequenceNumber) {
    shards(subscription).put(shard, sequenceNumber);
    save();
  }

  synchronized void finish(String subscription, String shard) {
    advance(subscription, shard, SHARD_END);
  }

  /** Forgets shards that the stream has dropped, and notes that the subscription has begun. */
  synchronized void retain(String subscription, Set<String> shards) {
    boolean begins = !positions.containsKey(subscription);
    if (shards(subscription).keySet().retainAll(shards) || begins) {
      save();
    }
  }

  private Map<String, String> shards(String subscription) {
    return positions.computeIfAbsent(subscription, unused -> new TreeMap<>());
  }

  private void save() {
    Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      JSON.writerWithDefaultPrettyPrinter().writeValue(unfinished.toFile(), positions);
      Files.move(
          unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot keep the place in the stream in " + file, e);
    }
  }
}
