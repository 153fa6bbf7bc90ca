package dev.tollgate.prompt.content;

import java.util.ArrayList;
import java.util.List;

/** Builds the segments of a message, which end at cache breakpoints. */
final class SegmentBuilder {
  private final List<RenderResult.Segment> closed = new ArrayList<>();
  private final StringBuilder open = new StringBuilder();

  void add(String text) {
    open.append(text);
  }

  /** Sets a cache breakpoint. Blank text cannot have one, because providers reject it. */
  boolean addCacheBreakpoint() {
    if (open.toString().isBlank()) {
      return false;
    }
    closed.add(new RenderResult.Segment(open.toString(), true));
    open.setLength(0);
    return true;
  }

  List<RenderResult.Segment> build() {
    List<RenderResult.Segment> all = new ArrayList<>(closed);
    if (!open.toString().isBlank()) {
      all.add(new RenderResult.Segment(open.toString(), false));
    } else if (!open.isEmpty() && !all.isEmpty()) {
      RenderResult.Segment last = all.removeLast();
      all.add(new RenderResult.Segment(last.text() + open, last.cacheBreakpoint()));
    }
    return all;
  }
}
