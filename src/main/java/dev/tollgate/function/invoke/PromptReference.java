package dev.tollgate.function.invoke;

import dev.tollgate.function.http.PromptNames;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.VersionRef;

/** A prompt in a call: {@code name} or {@code name@version}. */
record PromptReference(PromptName name, VersionRef version) {
  static PromptReference parse(String param, String text) {
    String plain = text.replace("%40", "@");
    int at = plain.indexOf('@');
    if (at < 0) {
      return new PromptReference(PromptNames.parse(param, plain), new VersionRef.Production());
    }
    return new PromptReference(
        PromptNames.parse(param, plain.substring(0, at)),
        PromptNames.parseVersion(param, plain.substring(at + 1)));
  }
}
