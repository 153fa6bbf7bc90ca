package dev.tollgate.function.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.json.JsonNodes;
import java.util.Optional;
import java.util.Set;

/**
 * An error response. The SDKs of Anthropic and of OpenAI can parse it.
 *
 * @param status the HTTP status
 * @param code identifies the error for programs
 * @param message states the problem and the remedy for people
 * @param param the invalid field, header or parameter
 */
public record ApiError(
    int status, String type, String code, String message, Optional<String> param) {
  /** Conflicts that end by themselves. A caller has to resolve all others. */
  private static final Set<String> TRANSIENT_CONFLICTS =
      Set.of("idempotent_call_running", "idempotent_answer_lost");

  /** Server errors that only an operator, or another request, can resolve. */
  private static final Set<String> PERMANENT_FAULTS =
      Set.of(
          "answer_too_large",
          "ledger_outdated",
          "provider_not_configured",
          "provider_refused_tollgate");

  private static final int MAX_TEXT_LENGTH = 512;

  public ApiError {
    // Both may quote the request.
    message = truncate(message);
    param = param.map(ApiError::truncate);
  }

  private static String truncate(String text) {
    return text.length() > MAX_TEXT_LENGTH ? text.substring(0, MAX_TEXT_LENGTH) + "..." : text;
  }

  public static ApiError invalid(String param, String message) {
    return badRequest("invalid_value", param, message);
  }

  public static ApiError missing(String param, String message) {
    return badRequest("missing_value", param, message);
  }

  public static ApiError unknown(String param, String message) {
    return badRequest("unknown_name", param, message);
  }

  private static ApiError badRequest(String code, String param, String message) {
    return new ApiError(400, "invalid_request_error", code, message, Optional.of(param));
  }

  static ApiError unauthenticated(String code, String message) {
    return new ApiError(401, "authentication_error", code, message, Optional.of("x-api-key"));
  }

  public static ApiError missingRole(String message) {
    return new ApiError(403, "permission_error", "role_missing", message, Optional.empty());
  }

  /** The caller has the role, but its key is limited to other models or prompts. */
  public static ApiError notAllowed(String code, String param, String message) {
    return new ApiError(403, "permission_error", code, message, Optional.of(param));
  }

  public static ApiError notFound(String code, String param, String message) {
    return new ApiError(404, "not_found_error", code, message, Optional.of(param));
  }

  public static ApiError routeNotFound(HttpRequest request, String remedy) {
    return new ApiError(
        404,
        "not_found_error",
        "route_not_found",
        "No such route: %s %s. %s".formatted(request.method(), request.path(), remedy),
        Optional.empty());
  }

  static ApiError methodNotAllowed(HttpRequest request, String allowed) {
    return new ApiError(
        405,
        "invalid_request_error",
        "method_not_allowed",
        "%s does not support %s. Use %s.".formatted(request.path(), request.method(), allowed),
        Optional.empty());
  }

  public static ApiError conflict(String code, String param, String message) {
    return new ApiError(409, "conflict_error", code, message, Optional.of(param));
  }

  public static ApiError tooLarge(String param, String message) {
    return new ApiError(413, "request_too_large", "too_large", message, Optional.of(param));
  }

  public static ApiError serverError(int status, String code, String message) {
    return new ApiError(status, "api_error", code, message, Optional.empty());
  }

  /**
   * Whether a repeat of the request fails again. By status alone, official clients retry each 409
   * and 5xx, and Claude Code each 401.
   */
  boolean isPermanent() {
    return switch (status) {
      case 401, 403 -> true;
      case 409 -> !TRANSIENT_CONFLICTS.contains(code);
      default -> PERMANENT_FAULTS.contains(code);
    };
  }

  ObjectNode body() {
    ObjectNode body = JsonNodes.object().put("type", "error");
    ObjectNode error = body.putObject("error");
    error.put("type", type).put("message", message).put("code", code);
    error.put("param", param.orElse(null));
    return body;
  }
}
