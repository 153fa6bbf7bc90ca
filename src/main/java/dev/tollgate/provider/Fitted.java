package dev.tollgate.provider;

import java.util.List;

/**
 * A request as its model takes it.
 *
 * @param dropped the fields that were sent and taken out, since the model would refuse the request
 *     for them
 */
public record Fitted(ModelRequest request, List<String> dropped) {
  public Fitted {
    dropped = List.copyOf(dropped);
  }
}
