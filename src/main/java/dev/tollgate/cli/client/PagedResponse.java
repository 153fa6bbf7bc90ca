package dev.tollgate.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** The pages of a response. Each page holds the cursor of the next one. */
public record PagedResponse(List<JsonNode> pages) {
  private static final String CURSOR = "cursor";

  /** Fetches one page after the other. */
  public static PagedResponse fetchAll(ObjectNode request, UnaryOperator<JsonNode> fetchPage) {
    List<JsonNode> pages = new ArrayList<>();
    ObjectNode next = request.deepCopy();
    do {
      pages.add(fetchPage.apply(next));
      next.set(CURSOR, pages.getLast().path(CURSOR));
    } while (next.path(CURSOR).isTextual());
    return new PagedResponse(pages);
  }

  /** The last page, with these fields summed over all pages. */
  public ObjectNode sum(String... fields) {
    ObjectNode sum = pages.getLast().deepCopy();
    sum.remove(CURSOR);
    for (String field : fields) {
      sum.put(field, pages.stream().mapToLong(page -> page.path(field).asLong()).sum());
    }
    return sum;
  }
}
