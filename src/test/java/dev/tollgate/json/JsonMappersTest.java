package dev.tollgate.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonMappersTest {
  @ParameterizedTest
  @ValueSource(strings = {"1.500", "0.000", "100", "0.00000000000000000000000000001"})
  void keepsEveryDigit(String number) throws JsonProcessingException {
    assertEquals(number, JsonMappers.EXACT.writeValueAsString(JsonMappers.EXACT.readTree(number)));
    assertEquals(
        "{\"usd\":" + number + "}",
        JsonMappers.EXACT.writeValueAsString(
            JsonNodes.object().put("usd", new BigDecimal(number))));
  }

  @Test
  void writesAmountsWithoutAnExponent() throws JsonProcessingException {
    assertEquals("1000.0", JsonMappers.EXACT.writeValueAsString(new BigDecimal("1.0000E+3")));
    assertEquals("0.00000001", JsonMappers.EXACT.writeValueAsString(new BigDecimal("1E-8")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\": 1, \"a\": 2}", "{\"a\": 1} {}"})
  void rejectsAmbiguousDocumentsFromOutside(String body) {
    ObjectMapper strict = JsonMappers.configureStrict(new ObjectMapper());

    assertThrows(JsonProcessingException.class, () -> strict.readTree(body));
  }
}
