package dev.tollgate.local.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CheckpointsTest {
  private final Path file;

  CheckpointsTest(@TempDir Path folder) {
    this.file = folder.resolve("new/checkpoints.json");
  }

  @Test
  void survivesARestart() {
    Checkpoints before = Checkpoints.read(file);
    assertFalse(before.contains("ledger"));
    before.advance("ledger", "a", "7");
    before.finish("ledger", "b");

    Checkpoints after = Checkpoints.read(file);
    assertTrue(after.contains("ledger"));
    assertEquals(Optional.of("7"), after.lastSequenceNumber("ledger", "a"));
    assertTrue(after.isFinished("ledger", "b"));
    assertEquals(Optional.empty(), after.lastSequenceNumber("ledger", "b"));
    assertEquals(Optional.empty(), after.lastSequenceNumber("ledger", "c"));
  }

  @Test
  void removesCheckpointsOfClosedShards() {
    Checkpoints checkpoints = Checkpoints.read(file);
    checkpoints.advance("ledger", "a", "7");
    checkpoints.advance("ledger", "b", "8");
    checkpoints.retain("ledger", Set.of("b"));

    Checkpoints after = Checkpoints.read(file);
    assertEquals(Optional.empty(), after.lastSequenceNumber("ledger", "a"));
    assertEquals(Optional.of("8"), after.lastSequenceNumber("ledger", "b"));
  }

  @Test
  void unreadableFileMeansFromTheStart() throws IOException {
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, "{\"ledger\": ");

    assertFalse(Checkpoints.read(file).contains("ledger"));
  }
}
