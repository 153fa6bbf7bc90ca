package dev.tollgate.cli.keys;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The models and prompts that a key is limited to. */
final class KeyScopeOptions {
  @Option(
      names = "--model",
      split = ",",
      paramLabel = "MODEL",
      description = "A model that the key can use; default: all.")
  private List<String> models = new ArrayList<>();

  @Option(
      names = "--prompt",
      split = ",",
      paramLabel = "PROMPT",
      description = "A prompt that the key can use; default: all.")
  private List<String> prompts = new ArrayList<>();

  void putInto(ObjectNode body) {
    if (!models.isEmpty()) {
      models.forEach(body.putArray("models")::add);
    }
    if (!prompts.isEmpty()) {
      prompts.forEach(body.putArray("prompts")::add);
    }
  }
}
