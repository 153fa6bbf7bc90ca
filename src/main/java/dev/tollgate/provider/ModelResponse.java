package dev.tollgate.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A model's response.
 *
 * @param model the model that responded, which may differ from the requested one
 * @param text the joined text blocks; empty if there are none
 * @param body the provider's unchanged response, unknown fields included
 */
public record ModelResponse(
    String model, FinishReason finishReason, Usage usage, String text, ObjectNode body) {}
