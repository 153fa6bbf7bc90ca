package dev.tollgate.provider;

import java.util.List;

/**
 * A request as its model takes it.
 *
 * @param droppedFields the fields that were sent and taken out, since the model would refuse the
 *     request for them
 */
public record AdaptedRequest(ModelRequest request, List<String> droppedFields) {
  public AdaptedRequest {
    droppedFields = List.copyOf(droppedFields);
  }
}
