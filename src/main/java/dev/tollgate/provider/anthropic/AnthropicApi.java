package dev.tollgate.provider.anthropic;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;
import org.jspecify.annotations.Nullable;

/** The provider's HTTP API. Bodies stay text, so that unknown fields are preserved. */
@RegisterRestClient(configKey = "anthropic")
interface AnthropicApi {
  @POST
  @Path("/v1/messages")
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  Uni<Response> messages(
      @HeaderParam("x-api-key") String key,
      @HeaderParam("anthropic-version") String version,
      @HeaderParam("anthropic-beta") @Nullable String beta,
      @HeaderParam("traceparent") String traceparent,
      @HeaderParam("tracestate") @Nullable String tracestate,
      String body);
}
