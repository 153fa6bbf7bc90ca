package dev.tollgate.function.invoke;

import dev.tollgate.function.http.PromptNames;
import dev.tollgate.function.http.RefusedException;
import dev.tollgate.prompt.PromptName;
import dev.tollgate.prompt.VersionRef;

/** A prompt as a call asks for it: {@code name}, or {@code name@version}. */
record Asked(PromptName name, VersionRef version) {
  static Asked parse(String param, String text) {
    String plain = text.replace("%40", "@");
    int at = plain.indexOf('@');
    if (at < 0) {
      return new Asked(PromptNames.parse(param, plain), new VersionRef.Production());
    }
    return new Asked(
        PromptNames.parse(param, plain.substring(0, at)),
        VersionRef.parse(plain.substring(at + 1))
            .orElseThrow(() -> new RefusedException(PromptNames.noRef(param))));
  }
}
