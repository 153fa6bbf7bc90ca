package dev.tollgate.provider;

import java.util.List;

/**
 * A request that its model accepts.
 *
 * @param droppedFields the fields of the original request that were removed because the model
 *     rejects them
 */
public record AdaptedRequest(ModelRequest request, List<String> droppedFields) {
  public AdaptedRequest {
    droppedFields = List.copyOf(droppedFields);
  }
}
