package dev.tollgate.function.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class HttpResponseTest {
  /** The lower bytes of U+010D U+010A are a line end. */
  @Test
  void headerValueHasNoLineEnd() {
    HttpResponse response =
        HttpResponse.of(200, JsonNodeFactory.instance.objectNode())
            .withHeader("x-tollgate-requested-model", "gpt\u010d\u010aset-cookie: a=b");

    assertEquals(Map.of("x-tollgate-requested-model", "gpt??set-cookie: a=b"), response.headers());
  }
}
