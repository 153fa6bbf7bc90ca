package dev.tollgate.prompt;

import java.util.ArrayList;
import java.util.List;

/** A message's text under construction, cut where the provider's prompt cache is to be marked. */
final class Segments {
  private final List<Rendering.Segment> done = new ArrayList<>();
  private final StringBuilder open = new StringBuilder();

  void add(String text) {
    open.append(text);
  }

  /** Marks what stands so far; blank text cannot carry a mark, as providers refuse it. */
  boolean mark() {
    if (open.toString().isBlank()) {
      return false;
    }
    done.add(new Rendering.Segment(open.toString(), true));
    open.setLength(0);
    return true;
  }

  List<Rendering.Segment> list() {
    List<Rendering.Segment> all = new ArrayList<>(done);
    if (!open.toString().isBlank()) {
      all.add(new Rendering.Segment(open.toString(), false));
    } else if (!open.isEmpty() && !all.isEmpty()) {
      Rendering.Segment last = all.removeLast();
      all.add(new Rendering.Segment(last.text() + open, last.marked()));
    }
    return all;
  }
}
