package dev.tollgate.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class ModuleBundlerTest {
  @Test
  void bundlesModuleOnceAfterItsImports() {
    assertEquals(
        """
        const $one_js = (() => {
        const one = 1;
        return { one };
        })();
        const $two_js = (() => {
        const { one } = $one_js;
        function two() { return one; }
        return { two };
        })();
        const $main_js = (() => {
        const { two } = $two_js;
        const {
          one,
        } = $one_js;
        two(one);
        return {  };
        })();\
        """,
        link(
            Map.of(
                "main.js",
                "import { two } from \"./two.js\";\nimport {\n  one,\n} from \"./one.js\";\n"
                    + "two(one);\n",
                "two.js",
                "import { one } from \"./one.js\";\nexport function two() { return one; }\n",
                "one.js",
                "export const one = 1;\n")));
  }

  @Test
  void keepsImportedScriptGlobal() {
    assertEquals(
        "var library = 1;\nconst $main_js = (() => {\nlibrary();\nreturn {  };\n})();",
        link(
            Map.of(
                "main.js",
                "import \"./vendor/library.js\";\n\nlibrary();\n",
                "vendor/library.js",
                "var library = 1;")));
  }

  @Test
  void rejectsCircularImports() {
    Map<String, String> modules =
        Map.of(
            "main.js",
            "import { a } from \"./other.js\";\nexport const b = 1;\n",
            "other.js",
            "import { b } from \"./main.js\";\nexport const a = 1;\n");

    assertThrows(IllegalArgumentException.class, () -> link(modules));
  }

  @Test
  void rejectsUnsupportedSyntax() {
    Map<String, String> modules = Map.of("main.js", "export default 1;\n");

    assertThrows(IllegalArgumentException.class, () -> link(modules));
  }

  private static String link(Map<String, String> modules) {
    return new ModuleBundler(path -> Objects.requireNonNull(modules.get(path))).bundle("main.js");
  }
}
