package dev.tollgate.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** The answers to a request that is done in parts, each of which says where the next begins. */
public record PagedResponse(List<JsonNode> pages) {
  private static final String CURSOR = "cursor";

  /** Asks for one part after the other. */
  public static PagedResponse fetchAll(ObjectNode request, UnaryOperator<JsonNode> fetchPage) {
    List<JsonNode> answers = new ArrayList<>();
    ObjectNode next = request.deepCopy();
    do {
      answers.add(fetchPage.apply(next));
      next.set(CURSOR, answers.getLast().path(CURSOR));
    } while (next.path(CURSOR).isTextual());
    return new PagedResponse(answers);
  }

  /** The last answer, with these fields added up over all. */
  public ObjectNode sum(String... fields) {
    ObjectNode sum = pages.getLast().deepCopy();
    sum.remove(CURSOR);
    for (String field : fields) {
      sum.put(field, pages.stream().mapToLong(answer -> answer.path(field).asLong()).sum());
    }
    return sum;
  }
}
