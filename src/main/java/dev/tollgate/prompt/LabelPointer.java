package dev.tollgate.prompt;

import java.time.Instant;

/** Where a label points, and who let it. */
public record LabelPointer(Label label, int version, String movedBy, Instant movedAt) {}
