package dev.tollgate.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.local.lambda.InvocationResult;
import dev.tollgate.local.lambda.LambdaService;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The keys of the local cloud's own callers. A direct invocation of {@code promptAdmin} creates
 * them, as a company creates its first key. They are stored with the data.
 */
public record Keys(String admin, String invoke, String finance) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TEAM = "local";

  static Keys of(Path file, LambdaService lambda) throws IOException, InterruptedException {
    if (!Files.exists(file)) {
      ObjectNode made = JSON.createObjectNode();
      for (String role : new String[] {"admin", "invoke", "finance"}) {
        made.put(role, create(lambda, TEAM, role));
      }
      PrivateFile.write(file, made.toPrettyString());
    }
    JsonNode keys = JSON.readTree(file.toFile());
    return new Keys(
        keys.path("admin").asText(), keys.path("invoke").asText(), keys.path("finance").asText());
  }

  /** Makes a key and returns its secret. */
  public static String create(LambdaService lambda, String team, String role)
      throws IOException, InterruptedException {
    ObjectNode request = JSON.createObjectNode().put("action", "createKey").put("team", team);
    request.putArray("roles").add(role);
    InvocationResult result =
        lambda.invoke("promptAdmin", request.toString().getBytes(StandardCharsets.UTF_8));
    JsonNode key = JSON.readTree(result.payload());
    if (!key.path("secret").isTextual()) {
      throw new IOException("promptAdmin made no key: " + key);
    }
    return key.path("secret").textValue();
  }
}
