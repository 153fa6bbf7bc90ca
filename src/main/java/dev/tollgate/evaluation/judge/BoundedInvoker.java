package dev.tollgate.evaluation.judge;

import dev.tollgate.invocation.Invocation;
import dev.tollgate.invocation.InvocationResult;
import dev.tollgate.invocation.LlmInvoker;
import jakarta.inject.Singleton;
import java.util.concurrent.Semaphore;
import org.jboss.logging.MDC;

/**
 * The pipeline for test runs and their judge. It makes at most eight calls at a time, so that
 * applications keep most of the provider's rate limit.
 */
@Singleton
public class BoundedInvoker {
  public static final int MAX_CONCURRENT_CALLS = 8;

  private final LlmInvoker invoker;
  private final Semaphore permits = new Semaphore(MAX_CONCURRENT_CALLS, true);

  BoundedInvoker(LlmInvoker invoker) {
    this.invoker = invoker;
  }

  public InvocationResult invoke(Invocation invocation) {
    permits.acquireUninterruptibly();
    try {
      return invoker.invoke(invocation);
    } finally {
      MDC.remove(LlmInvoker.MDC_CALL_ID);
      permits.release();
    }
  }
}
