package dev.tollgate.local.model.fault;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides which behaviours a request meets. The request's own wish (header, then model name) wins
 * over the standing order of {@code POST /_simulate} and does not use it up, so that one test can
 * fail its own call while another's order stands.
 */
public final class Failures {
  /** Given as the number of times, keeps an order standing. */
  public static final int UNTIL_CLEARED = Integer.MAX_VALUE;

  private static final String SUFFIX = "+simulate=";

  private @Nullable Order order;

  /** A model id with the wish it may carry taken off. */
  public record NamedModel(String id, Optional<String> wish) {
    public static NamedModel parse(String model) {
      int at = model.indexOf(SUFFIX);
      return at < 0
          ? new NamedModel(model, Optional.empty())
          : new NamedModel(
              model.substring(0, at), Optional.of(model.substring(at + SUFFIX.length())));
    }
  }

  /**
   * @param containing what a request's body must contain to be meant
   */
  private record Order(List<Behaviour> behaviours, String containing, int remaining) {}

  /** Makes the next {@code times} requests behave so whose body contains a text. */
  public synchronized void order(List<Behaviour> behaviours, String containing, int times) {
    order = times > 0 ? new Order(behaviours, containing, times) : null;
  }

  public synchronized void clear() {
    order = null;
  }

  public List<Behaviour> next(Optional<String> header, String model, String body) {
    return header
        .or(() -> NamedModel.parse(model).wish())
        .map(Behaviour::parseAll)
        .orElseGet(() -> ordered(body));
  }

  private synchronized List<Behaviour> ordered(String body) {
    Order current = order;
    if (current == null || !body.contains(current.containing())) {
      return List.of();
    }
    if (current.remaining() != UNTIL_CLEARED) {
      order(current.behaviours(), current.containing(), current.remaining() - 1);
    }
    return current.behaviours();
  }
}
