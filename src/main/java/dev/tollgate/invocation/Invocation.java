package dev.tollgate.invocation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.tollgate.cost.calls.CallRecord.Purpose;
import dev.tollgate.identity.Caller;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.VersionRef;
import dev.tollgate.provider.ModelRequest;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A caller's request for an answer.
 *
 * @param endpoint the caller's feature that sends the request
 * @param user the caller's end user, if named
 * @param deadline when the response must be sent
 */
public record Invocation(
    Caller caller,
    String endpoint,
    Optional<String> user,
    Input input,
    CacheDirectives cacheDirectives,
    Purpose purpose,
    Instant deadline) {

  public sealed interface Input {
    /** A request without a managed prompt. */
    record Direct(ModelRequest request) implements Input {}

    /**
     * A request that was built from a managed prompt before, and is sent again unchanged.
     *
     * @param version the prompt's version then
     */
    record Replayed(ModelRequest request, PromptName prompt, int version) implements Input {}

    /**
     * A conversation under a managed prompt, which sets the model and the parameters.
     *
     * @param messages the caller's messages; may be empty if the prompt ends with a user message
     * @param callerRequest the caller's request, for the fields that the prompt does not set
     * @param promptCaching whether to set the prompt's cache breakpoints
     */
    record Managed(
        PromptName prompt,
        VersionRef version,
        Map<String, JsonNode> variables,
        ArrayNode messages,
        Optional<ModelRequest> callerRequest,
        boolean promptCaching)
        implements Input {
      public Managed {
        variables = Map.copyOf(variables);
      }
    }
  }
}
