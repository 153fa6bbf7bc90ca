package dev.tollgate.evaluation.judge;

import dev.tollgate.invocation.Invocation;
import dev.tollgate.invocation.InvocationResult;
import dev.tollgate.invocation.LlmInvoker;
import jakarta.inject.Singleton;
import java.util.concurrent.Semaphore;
import org.jboss.logging.MDC;

/**
 * The pipeline as tests and their judge use it: at most eight calls at a time, which leaves the
 * provider's limits to the applications.
 */
@Singleton
public class BoundedInvoker {
  public static final int AT_A_TIME = 8;

  private final LlmInvoker invoker;
  private final Semaphore free = new Semaphore(AT_A_TIME, true);

  BoundedInvoker(LlmInvoker invoker) {
    this.invoker = invoker;
  }

  public InvocationResult invoke(Invocation invocation) {
    free.acquireUninterruptibly();
    try {
      return invoker.invoke(invocation);
    } finally {
      MDC.remove(LlmInvoker.MDC_CALL_ID);
      free.release();
    }
  }
}
