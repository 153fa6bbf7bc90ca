package dev.tollgate.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A model's answer.
 *
 * @param model the model that answered, which may differ from the one asked
 * @param text the answer's text blocks, joined; empty if there are none
 * @param body the provider's answer as it came, unknown fields included
 */
public record ModelResponse(
    String model, FinishReason finishReason, Usage usage, String text, ObjectNode body) {}
