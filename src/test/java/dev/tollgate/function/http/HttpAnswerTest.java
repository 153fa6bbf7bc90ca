package dev.tollgate.function.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class HttpAnswerTest {
  /** U+010D U+010A, of which the lower bytes are the end of a line. */
  @Test
  void whatACallerSentEndsNoHeader() {
    HttpAnswer answer =
        HttpAnswer.of(200, JsonNodeFactory.instance.objectNode())
            .with("x-tollgate-requested-model", "gpt\u010d\u010aset-cookie: a=b");

    assertEquals(Map.of("x-tollgate-requested-model", "gpt??set-cookie: a=b"), answer.headers());
  }
}
