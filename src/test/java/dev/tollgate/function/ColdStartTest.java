package dev.tollgate.function;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.tollgate.MainClasses;
import dev.tollgate.function.admin.PromptAdminFunction;
import dev.tollgate.function.costs.CostLedgerFunction;
import dev.tollgate.function.costs.CostReportFunction;
import dev.tollgate.function.invoke.InvokeLlmFunction;
import dev.tollgate.function.nightly.NightlyRegressionFunction;
import dev.tollgate.invocation.LlmInvoker;
import jakarta.enterprise.inject.Produces;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A function creates its dependencies at its start. */
final class ColdStartTest {
  private static final JavaClasses MAIN = new ClassFileImporter().importPath(MainClasses.FOLDER);

  @Test
  void onlyFunctionsThatCallModelsCreatePipelineAtStart() {
    for (Class<?> asks : List.of(InvokeLlmFunction.class, NightlyRegressionFunction.class)) {
      assertTrue(makesThePipeline(asks), asks.getSimpleName());
    }
    for (Class<?> other :
        List.of(PromptAdminFunction.class, CostReportFunction.class, CostLedgerFunction.class)) {
      assertFalse(makesThePipeline(other), other.getSimpleName());
    }
  }

  private static boolean makesThePipeline(Class<?> function) {
    Set<JavaClass> created = new HashSet<>();
    make(MAIN.get(function), created);
    return created.contains(MAIN.get(LlmInvoker.class));
  }

  /** Adds the dependencies of a class, recursively. */
  private static void make(JavaClass type, Set<JavaClass> created) {
    if (!MAIN.contain(type.getName()) || !created.add(type)) {
      return;
    }
    type.getAllSubclasses().forEach(implementation -> make(implementation, created));
    Stream.concat(type.getConstructors().stream(), producers(type))
        .flatMap(maker -> maker.getRawParameterTypes().stream())
        .forEach(taken -> make(taken, created));
  }

  private static Stream<? extends JavaCodeUnit> producers(JavaClass type) {
    return MAIN.stream()
        .flatMap(owner -> owner.getMethods().stream())
        .filter(method -> method.isAnnotatedWith(Produces.class))
        .filter(method -> method.getRawReturnType().equals(type));
  }
}
