package dev.tollgate.local.model.fault;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides which behaviours a request meets. The request's own wish (header, then model name) wins
 * over the standing order of {@code POST /_simulate} and does not use it up, so that one test can
 * fail its own call while another's order stands.
 */
public final class FaultInjector {
  /** Given as the number of times, keeps an order standing. */
  public static final int UNTIL_CLEARED = Integer.MAX_VALUE;

  private static final String SUFFIX = "+simulate=";

  private @Nullable InjectedFault order;

  /** A model id with the wish it may carry taken off. */
  public record RequestedModel(String id, Optional<String> directive) {
    public static RequestedModel parse(String model) {
      int at = model.indexOf(SUFFIX);
      return at < 0
          ? new RequestedModel(model, Optional.empty())
          : new RequestedModel(
              model.substring(0, at), Optional.of(model.substring(at + SUFFIX.length())));
    }
  }

  /**
   * @param containing what a request's body must contain to be meant
   */
  private record InjectedFault(List<FaultDirective> behaviours, String containing, int remaining) {}

  /** Makes the next {@code times} requests behave so whose body contains a text. */
  public synchronized void order(List<FaultDirective> behaviours, String containing, int times) {
    order = times > 0 ? new InjectedFault(behaviours, containing, times) : null;
  }

  public synchronized void clear() {
    order = null;
  }

  public List<FaultDirective> nextDirectives(Optional<String> header, String model, String body) {
    return header
        .or(() -> RequestedModel.parse(model).directive())
        .map(FaultDirective::parseAll)
        .orElseGet(() -> nextInjected(body));
  }

  private synchronized List<FaultDirective> nextInjected(String body) {
    InjectedFault current = order;
    if (current == null || !body.contains(current.containing())) {
      return List.of();
    }
    if (current.remaining() != UNTIL_CLEARED) {
      order(current.behaviours(), current.containing(), current.remaining() - 1);
    }
    return current.behaviours();
  }
}
