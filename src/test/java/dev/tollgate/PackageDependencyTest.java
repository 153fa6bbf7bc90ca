package dev.tollgate;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Holds the arrows between packages. */
final class PackageDependencyTest {
  private static final JavaClasses MAIN =
      new ClassFileImporter().importPath(Path.of("target/classes"));

  @Test
  void arrowsPointDown() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("dev.tollgate..")
        .layer("ledger")
        .definedBy("dev.tollgate.ledger..")
        .layer("prompt")
        .definedBy("dev.tollgate.prompt..")
        .layer("provider")
        .definedBy("dev.tollgate.provider..")
        .layer("identity")
        .definedBy("dev.tollgate.identity..")
        .layer("cost")
        .definedBy("dev.tollgate.cost..")
        .layer("cache")
        .definedBy("dev.tollgate.cache..")
        .layer("budget")
        .definedBy("dev.tollgate.budget..")
        .layer("invocation")
        .definedBy("dev.tollgate.invocation..")
        .layer("regression")
        .definedBy("dev.tollgate.regression..")
        .layer("watch")
        .definedBy("dev.tollgate.watch..")
        .layer("function")
        .definedBy("dev.tollgate.function..")
        .layer("promptfile")
        .definedBy("dev.tollgate.promptfile..")
        .layer("cli")
        .definedBy("dev.tollgate.cli..")
        .layer("dashboard")
        .definedBy("dev.tollgate.dashboard..")
        .layer("trace")
        .definedBy("dev.tollgate.trace..")
        .layer("secret")
        .definedBy("dev.tollgate.secret..")
        .layer("semantic")
        .definedBy("dev.tollgate.semantic..")
        .layer("lambda")
        .definedBy("dev.tollgate.lambda..")
        .whereLayer("lambda")
        .mayNotAccessAnyLayer()
        .whereLayer("trace")
        .mayNotAccessAnyLayer()
        .whereLayer("secret")
        .mayNotAccessAnyLayer()
        .whereLayer("dashboard")
        .mayNotAccessAnyLayer()
        .whereLayer("ledger")
        .mayNotAccessAnyLayer()
        .whereLayer("prompt")
        .mayOnlyAccessLayers("ledger")
        .whereLayer("provider")
        .mayOnlyAccessLayers("secret", "trace")
        .whereLayer("semantic")
        .mayOnlyAccessLayers("secret")
        .whereLayer("identity")
        .mayOnlyAccessLayers("ledger")
        .whereLayer("cost")
        .mayOnlyAccessLayers("prompt", "provider", "identity", "secret")
        .whereLayer("cache")
        .mayOnlyAccessLayers("prompt", "provider", "identity", "secret", "semantic")
        .whereLayer("budget")
        .mayOnlyAccessLayers("ledger", "prompt", "identity", "cost")
        .whereLayer("invocation")
        .mayOnlyAccessLayers(
            "prompt", "provider", "identity", "cost", "cache", "semantic", "budget")
        .whereLayer("regression")
        .mayOnlyAccessLayers(
            "lambda",
            "ledger",
            "secret",
            "prompt",
            "provider",
            "identity",
            "cost",
            "cache",
            "semantic",
            "budget",
            "invocation")
        .whereLayer("watch")
        .mayOnlyAccessLayers(
            "lambda",
            "ledger",
            "secret",
            "prompt",
            "provider",
            "identity",
            "cost",
            "invocation",
            "regression")
        .whereLayer("function")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("promptfile")
        .mayNotAccessAnyLayer()
        .whereLayer("cli")
        .mayOnlyAccessLayers("promptfile", "lambda")
        .whereLayer("cli")
        .mayNotBeAccessedByAnyLayer()
        .check(MAIN);
  }

  @Test
  void onlyAdaptersKnowTheAwsSdk() {
    noClasses()
        .that()
        .haveNameNotMatching(".*\\.(DynamoDb|Lambda|SecretsManager).*")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("software.amazon.awssdk..")
        .check(MAIN);
  }

  @Test
  void onlyAdaptersKnowSqlAndRedis() {
    noClasses()
        .that()
        .haveNameNotMatching(".*\\.Postgres.*")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.sql..", "org.flywaydb..")
        .check(MAIN);
    noClasses()
        .that()
        .haveNameNotMatching(".*\\.Redis.*")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.quarkus.redis..")
        .check(MAIN);
  }

  @Test
  void aProvidersWireFormatStaysWithIt() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.tollgate.provider.anthropic..")
        .should()
        .dependOnClassesThat()
        .haveSimpleName("AnthropicApi")
        .check(MAIN);
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.tollgate.provider.openai..")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("dev.tollgate.provider.openai.OpenAiApi")
        .check(MAIN);
  }

  @Test
  void nothingOfTheLocalCloudIsDeployed() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.tollgate.local..", "org.junit..")
        .check(MAIN);
  }
}
