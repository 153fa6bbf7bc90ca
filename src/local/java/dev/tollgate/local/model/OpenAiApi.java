package dev.tollgate.local.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;

final class OpenAiApi implements ModelApi {
  OpenAiApi(Clock clock) {}

  @Override
  public String authenticate(Exchange exchange) {
    throw ApiFailure.of(404, "not yet");
  }

  @Override
  public Accepted accept(Exchange exchange, String key, JsonNode body) {
    throw ApiFailure.of(404, "not yet");
  }

  @Override
  public Refused refuse(ApiFailure failure, String requestId) {
    return new Refused(failure.status(), Json.object());
  }

  @Override
  public String requestIdHeader() {
    return "x-request-id";
  }

  @Override
  public ObjectNode models() {
    return Json.object();
  }
}
