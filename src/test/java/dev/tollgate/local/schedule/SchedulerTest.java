package dev.tollgate.local.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.local.template.SamTemplate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class SchedulerTest {
  private final Path folder;
  private volatile Instant now = Instant.parse("2026-03-01T02:59:00Z");
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  private final BlockingQueue<Started> started = new LinkedBlockingQueue<>();

  SchedulerTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private record Started(String function, String payload) {}

  @Test
  void startsFunctionOnSchedule() throws Exception {
    try (Scheduler scheduler = start("")) {
      now = Instant.parse("2026-03-01T03:00:00.5Z");
      Started first = started.take();
      JsonNode event = new ObjectMapper().readTree(first.payload());

      assertEquals("tollgate-Nightly", first.function());
      assertEquals("aws.scheduler", event.path("source").asText());
      assertEquals("2026-03-01T03:00:00Z", event.path("time").asText());
    }
  }

  @Test
  void startsOnceAfterSeveralMissedRuns() throws Exception {
    try (Scheduler scheduler = start("")) {
      now = Instant.parse("2026-03-05T12:00:00Z");
      started.take();
      now = Instant.parse("2026-03-06T03:00:00Z");
      JsonNode event = new ObjectMapper().readTree(started.take().payload());

      assertEquals("2026-03-06T03:00:00Z", event.path("time").asText());
    }
  }

  @Test
  void inputReplacesTheEvent() throws Exception {
    try (Scheduler scheduler = start("Input: '{\"a\":1}'")) {
      now = Instant.parse("2026-03-01T03:00:00Z");

      assertEquals("{\"a\":1}", started.take().payload());
    }
  }

  private Scheduler start(String property) throws Exception {
    String yaml =
        """
        Resources:
          Nightly:
            Type: AWS::Serverless::Function
            Properties:
              Events:
                Night:
                  Type: ScheduleV2
                  Properties:
                    ScheduleExpression: cron(0 3 * * ? *)
                    %s
        """
            .formatted(property);
    Path file = Files.writeString(folder.resolve("template.yaml"), yaml);
    return Scheduler.start(
        SamTemplate.read(file, Map.of()),
        (function, payload) -> started.add(new Started(function, new String(payload, UTF_8))),
        clock);
  }
}
