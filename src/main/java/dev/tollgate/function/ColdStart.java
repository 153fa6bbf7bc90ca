package dev.tollgate.function;

import dev.tollgate.audit.Sha256;
import dev.tollgate.function.admin.PromptAdminFunction;
import dev.tollgate.function.costs.CostLedgerFunction;
import dev.tollgate.function.costs.CostReportFunction;
import dev.tollgate.function.invoke.InvokeLlmFunction;
import dev.tollgate.function.nightly.NightlyRegressionFunction;
import dev.tollgate.identity.KeyStore;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Prepares a function at its start, so that the first event need not wait. It creates the function
 * with its dependencies, such as the price book, and connects to DynamoDB over TLS. The start
 * continues without DynamoDB, which may be available at the first event.
 */
@Singleton
class ColdStart {
  private static final Logger LOG = Logger.getLogger(ColdStart.class);

  /** A hash that belongs to no key. */
  private static final String UNKNOWN_SECRET_HASH = Sha256.of("");

  private final Instance<InvokeLlmFunction> invokeLlm;
  private final Instance<PromptAdminFunction> promptAdmin;
  private final Instance<CostReportFunction> costReport;
  private final Instance<NightlyRegressionFunction> nightlyRegression;
  private final Instance<CostLedgerFunction> costLedger;
  private final KeyStore keys;

  ColdStart(
      Instance<InvokeLlmFunction> invokeLlm,
      Instance<PromptAdminFunction> promptAdmin,
      Instance<CostReportFunction> costReport,
      Instance<NightlyRegressionFunction> nightlyRegression,
      Instance<CostLedgerFunction> costLedger,
      KeyStore keys) {
    this.invokeLlm = invokeLlm;
    this.promptAdmin = promptAdmin;
    this.costReport = costReport;
    this.nightlyRegression = nightlyRegression;
    this.costLedger = costLedger;
    this.keys = keys;
  }

  void warm(
      @Observes StartupEvent event,
      @ConfigProperty(name = "quarkus.funqy.export", defaultValue = "none") String function) {
    // Quarkus itself fails the start of an unknown function.
    Object unused =
        switch (function) {
          case "invokeLlm" -> invokeLlm.get();
          case "promptAdmin" -> promptAdmin.get();
          case "costReport" -> costReport.get();
          case "nightlyRegression" -> nightlyRegression.get();
          case "costLedger" -> costLedger.get();
          default -> function;
        };
    try {
      keys.findBySecretHash(UNKNOWN_SECRET_HASH);
    } catch (RuntimeException e) {
      LOG.infof("Skipped warm-up of DynamoDB: %s", e.getMessage());
    }
  }
}
