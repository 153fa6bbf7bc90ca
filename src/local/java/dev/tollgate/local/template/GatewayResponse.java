package dev.tollgate.local.template;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How API Gateway words one kind of its own answers.
 *
 * @param status the status in place of the kind's default
 * @param bodyTemplate the JSON body, in which {@code $context} variables are to be replaced
 * @param headers further headers with fixed values
 */
public record GatewayResponse(
    Optional<Integer> status, Optional<String> bodyTemplate, Map<String, String> headers) {
  public GatewayResponse {
    headers = Map.copyOf(headers);
  }

  static GatewayResponse read(Property response) {
    Map<String, String> headers = new LinkedHashMap<>();
    response
        .find("ResponseParameters", "Headers")
        .ifPresent(
            given -> given.children().forEach((name, value) -> headers.put(name, unquoted(value))));
    return new GatewayResponse(
        response.find("StatusCode").map(Property::number),
        response.find("ResponseTemplates", "application/json").map(Property::text),
        headers);
  }

  private static String unquoted(Property value) {
    String text = value.text();
    if (text.length() < 2 || !text.startsWith("'") || !text.endsWith("'")) {
      throw new TemplateException(
          value.place(), "only fixed values in single quotes work locally, not " + text);
    }
    return text.substring(1, text.length() - 1);
  }
}
