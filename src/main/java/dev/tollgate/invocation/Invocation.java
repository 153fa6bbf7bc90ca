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
 * A call to a model, as its caller wants it.
 *
 * @param endpoint the feature that asks
 * @param user the caller's own end user, if it named one
 * @param cacheDirectives what the caller says of answers from the cache
 * @param purpose what the answer is for
 * @param deadline when the answer must be on its way back
 */
public record Invocation(
    Caller caller,
    String endpoint,
    Optional<String> user,
    Input input,
    CacheDirectives cacheDirectives,
    Purpose purpose,
    Instant deadline) {

  /** What is asked. */
  public sealed interface Input {
    /** A request that is the caller's own in all parts. */
    record Direct(ModelRequest request) implements Input {}

    /**
     * A request that a managed prompt made before, to the letter.
     *
     * @param version of the prompt that made it
     */
    record Replayed(ModelRequest request, PromptName prompt, int version) implements Input {}

    /**
     * A conversation under a managed prompt, whose model and parameters hold.
     *
     * @param messages what the caller adds to the prompt; may be empty if the prompt asks itself
     * @param callerRequest the request that the caller sent, for the fields that the prompt leaves
     *     open
     * @param promptCaching whether the prompt's marks for the provider's prompt cache are set
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
