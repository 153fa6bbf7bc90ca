package dev.tollgate.local.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads functions' answers as strictly as a REST v1 proxy integration does. */
final class ProxyResponseReader {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int FIRST_STATUS = 100;
  private static final int LAST_STATUS = 599;

  private ProxyResponseReader() {}

  static ProxyResponse parse(byte[] payload) {
    JsonNode answer;
    try {
      answer = JSON.readTree(payload);
    } catch (IOException e) {
      return new ProxyResponse.Malformed("it is not JSON: " + e.getMessage());
    }
    if (!answer.isObject()) {
      return new ProxyResponse.Malformed("it is not a JSON object");
    }
    int status = answer.path("statusCode").asInt();
    if (status < FIRST_STATUS || status > LAST_STATUS) {
      return new ProxyResponse.Malformed("statusCode is " + answer.path("statusCode"));
    }
    JsonNode body = answer.path("body");
    if (!body.isMissingNode() && !body.isNull() && !body.isTextual()) {
      return new ProxyResponse.Malformed("body is not a string");
    }
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (Map.Entry<String, JsonNode> header : answer.path("headers").properties()) {
      if (!header.getValue().isValueNode()) {
        return new ProxyResponse.Malformed("header " + header.getKey() + " is not a plain value");
      }
      headers.put(header.getKey(), List.of(header.getValue().asText()));
    }
    for (Map.Entry<String, JsonNode> header : answer.path("multiValueHeaders").properties()) {
      if (!header.getValue().isArray()) {
        return new ProxyResponse.Malformed(
            "multi-value header " + header.getKey() + " is not a list");
      }
      List<String> values = new ArrayList<>();
      header.getValue().forEach(value -> values.add(value.asText()));
      // A name in both maps takes the values of this one, plus a different single value.
      List<String> single = headers.getOrDefault(header.getKey(), List.of());
      single.stream().filter(value -> !values.contains(value)).forEach(values::add);
      headers.put(header.getKey(), values);
    }
    return new ProxyResponse.Valid(
        status, headers, body.asText(""), answer.path("isBase64Encoded").asBoolean(false));
  }
}
