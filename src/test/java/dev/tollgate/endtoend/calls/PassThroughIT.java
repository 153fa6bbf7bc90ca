package dev.tollgate.endtoend.calls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tollgate.endtoend.support.ApiClient;
import dev.tollgate.endtoend.support.ApiClient.ApiResponse;
import dev.tollgate.endtoend.support.TestClouds;
import dev.tollgate.local.LocalCloud;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests and responses with all fields of both providers, and with unknown fields. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PassThroughIT {
  private enum Route {
    ANTHROPIC(
        "/v1/messages",
        """
        {"model": "claude-sonnet-4-6", "max_tokens": 4096, "temperature": 1.0, "top_p": 0.99,
         "system": [{"type": "text", "text": "Be brief.",
           "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
         "messages": [
           {"role": "user", "content": [
             {"type": "image", "source": {"type": "base64", "media_type": "image/png",
               "data": "iVBORw0KGgo="}},
             {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}},
             {"type": "document", "title": "Rules", "citations": {"enabled": true},
              "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0x"}},
             {"type": "document", "source": {"type": "text", "media_type": "text/plain",
               "data": "A sector holds 512 bytes."}, "cache_control": {"type": "ephemeral"}},
             {"type": "container_upload", "file_id": "file_1"},
             {"type": "text", "text": "What is this? Größe \\uD83D\\uDE00 \\u0000"}]},
           {"role": "assistant", "content": [
             {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"},
             {"type": "redacted_thinking", "data": "ZGF0YQ=="},
             {"type": "tool_use", "id": "toolu_1", "name": "look",
              "input": {"sector": 12345678901234567890, "share": 0.10, "none": null}}]},
           {"role": "user", "content": [
             {"type": "tool_result", "tool_use_id": "toolu_1", "is_error": false,
              "content": [{"type": "image", "source": {"type": "file", "file_id": "file_2"}}]},
             {"type": "tomorrow", "kind": {"of": ["block", 1e2]}}]}],
         "tools": [
           {"name": "look", "description": "Looks.", "strict": true, "input_schema": {
             "type": "object", "properties": {"sector": {"type": "integer"}}}},
           {"type": "web_search_20250305", "name": "web_search", "max_uses": 5}],
         "tool_choice": {"type": "auto", "disable_parallel_tool_use": true},
         "thinking": {"type": "adaptive", "display": "summarized"},
         "output_config": {"effort": "high", "format": {"type": "json_schema",
           "schema": {"type": "object", "properties": {"bytes": {"type": "number"}}}}},
         "metadata": {"user_id": "u-1", "tomorrow": [1]},
         "stop_sequences": ["###"], "service_tier": "standard_only", "inference_geo": "us",
         "container": null, "mcp_servers": [{"type": "url", "url": "https://example.org/mcp"}],
         "context_management": {"edits": []}, "tomorrow": {"a": [true, null, 1.50]}}
        """,
        """
        {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-sonnet-4-6",
         "content": [
           {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"},
           {"type": "text", "text": "512", "citations": [
             {"type": "char_location", "cited_text": "512", "tomorrow": 1.50}]},
           {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search",
            "input": {"query": "sector", "n": 1.0}},
           {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []},
           {"type": "tomorrow", "kind": {"of": "block"}}],
         "stop_reason": "end_turn", "stop_sequence": null, "stop_details": null,
         "container": {"id": "container_1"},
         "usage": {"input_tokens": 9, "cache_creation_input_tokens": 0,
           "cache_read_input_tokens": 0, "output_tokens": 7,
           "output_tokens_details": {"thinking_tokens": 2}, "service_tier": "standard",
           "server_tool_use": {"web_search_requests": 1}, "inference_geo": "us"},
         "tomorrow": {"a": 1.50}}
        """),

    OPENAI(
        "/v1/chat/completions",
        """
        {"model": "gpt-4.1", "temperature": 1.0, "top_p": 0.50, "max_completion_tokens": 4096,
         "messages": [
           {"role": "developer", "content": "Be brief.", "name": "house"},
           {"role": "user", "content": [
             {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}},
             {"type": "image_url", "image_url": {"url": "https://example.org/a.png",
               "detail": "low"}},
             {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:;base64,JVBE"}},
             {"type": "input_audio", "input_audio": {"data": "UklG", "format": "wav"}},
             {"type": "text", "text": "What is this? Größe \\uD83D\\uDE00"},
             {"type": "tomorrow", "kind": {"of": ["part", 1e2]}}]},
           {"role": "assistant", "content": null, "refusal": null, "tool_calls": [
             {"id": "call_1", "type": "function", "function": {"name": "look",
               "arguments": "{\\"sector\\": 7}"}}]},
           {"role": "tool", "tool_call_id": "call_1", "content": [
             {"type": "text", "text": "A sector holds 512 bytes."}]}],
         "tools": [
           {"type": "function", "function": {"name": "look", "strict": true, "parameters": {
             "type": "object", "properties": {"sector": {"type": "integer"}}}}},
           {"type": "custom", "custom": {"name": "run", "format": {"type": "text"}}}],
         "tool_choice": "auto", "parallel_tool_calls": false,
         "reasoning_effort": "high", "verbosity": "low",
         "response_format": {"type": "json_schema", "json_schema": {"name": "bytes",
           "strict": true, "schema": {"type": "object"}}},
         "metadata": {"feature": "search"}, "user": "u-1", "safety_identifier": "s-1",
         "prompt_cache_key": "k", "prompt_cache_options": {"mode": "explicit"},
         "n": 2, "seed": 12345678901234567890, "stop": ["###"], "logprobs": true,
         "top_logprobs": 2, "logit_bias": {"50256": -100}, "presence_penalty": 0.10,
         "frequency_penalty": 0, "service_tier": "flex", "store": true,
         "modalities": ["text"], "audio": null, "prediction": {"type": "content",
           "content": "512"}, "web_search_options": {}, "tomorrow": {"a": [true, null, 1.50]}}
        """,
        """
        {"id": "chatcmpl-1", "object": "chat.completion", "created": 1700000000,
         "model": "gpt-4.1", "service_tier": "flex", "system_fingerprint": "fp_1",
         "choices": [
           {"index": 0, "finish_reason": "stop", "logprobs": {"refusal": null, "content": [
              {"token": "512", "logprob": -0.50, "bytes": [53, 49, 50], "top_logprobs": []}]},
            "message": {"role": "assistant", "content": "512", "refusal": null,
              "annotations": [{"type": "url_citation", "url_citation": {"start_index": 0}}],
              "tomorrow": {"a": 1.50}}, "content_filter_results": {"hate": {"filtered": false}}},
           {"index": 1, "finish_reason": "tool_calls", "logprobs": null,
            "message": {"role": "assistant", "content": null, "refusal": null, "tool_calls": [
              {"id": "call_1", "type": "function", "function": {"name": "look",
                "arguments": "{\\"sector\\": 7}"}},
              {"id": "call_2", "type": "custom", "custom": {"name": "run", "input": "ls"}}]}}],
         "usage": {"prompt_tokens": 9, "completion_tokens": 7, "total_tokens": 16,
           "completion_tokens_details": {"reasoning_tokens": 2, "audio_tokens": 0},
           "tomorrow": 1.50},
         "tomorrow": {"a": 1.50}}
        """);

    private final String path;
    private final String request;
    private final String response;

    Route(String path, String request, String response) {
      this.path = path;
      this.request = request;
      this.response = response;
    }
  }

  private final HttpServer upstream;
  private final LocalCloud cloud;
  private final ApiClient invoke;
  private volatile JsonNode receivedRequest = ApiClient.JSON.nullNode();
  private volatile String requestedBeta = "";

  PassThroughIT() throws IOException, InterruptedException {
    upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    for (Route route : Route.values()) {
      upstream.createContext(route.path, exchange -> response(exchange, route.response));
    }
    upstream.start();
    String url = "http://localhost:" + upstream.getAddress().getPort();
    cloud = TestClouds.start("pass", Map.of("ANTHROPIC_BASE_URL", url, "OPENAI_BASE_URL", url));
    invoke = new ApiClient(cloud.url(), cloud.keys().invoke());
  }

  @AfterAll
  void stop() {
    cloud.close();
    upstream.stop(0);
  }

  private void response(HttpExchange exchange, String response) throws IOException {
    receivedRequest = ApiClient.JSON.readTree(exchange.getRequestBody().readAllBytes());
    requestedBeta = exchange.getRequestHeaders().getFirst("anthropic-beta");
    byte[] body = response.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("content-type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static JsonNode json(String text) throws JsonProcessingException {
    return ApiClient.JSON.readTree(text);
  }

  @ParameterizedTest
  @EnumSource(Route.class)
  void everyFieldReachesProviderUnchanged(Route route) throws IOException, InterruptedException {
    ApiResponse response =
        invoke.post(route.path, route.request, "anthropic-beta", "files-api-2025-04-14,other");

    assertEquals(200, response.status(), response.body().toString());
    assertEquals(withoutNulls(json(route.request)), withoutNulls(receivedRequest));
    assertEquals(json(route.response), response.body());
  }

  @Test
  void betaHeadersReachProvider() throws IOException, InterruptedException {
    invoke.post(
        Route.ANTHROPIC.path,
        Route.ANTHROPIC.request,
        "anthropic-beta",
        "files-api-2025-04-14,other");

    assertEquals("files-api-2025-04-14,other", requestedBeta);
  }

  /** A cached response equals the first one. */
  @Test
  void cachedResponseKeepsEveryField() throws IOException, InterruptedException {
    Route route = Route.ANTHROPIC;
    invoke.post(route.path, route.request, "x-tollgate-cacheable", "true");
    ApiResponse response = invoke.post(route.path, route.request, "x-tollgate-cacheable", "true");

    assertEquals("exact", response.header("x-tollgate-cache"), response.body().toString());
    assertEquals(json(route.response), response.body());
  }

  /** A top-level null equals an absent field. */
  private static ObjectNode withoutNulls(JsonNode body) {
    ObjectNode fields = body.deepCopy();
    assertTrue(fields.size() > 10, fields.toString());
    fields.properties().removeIf(field -> field.getValue().isNull());
    return fields;
  }
}
