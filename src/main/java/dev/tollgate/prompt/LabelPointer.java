package dev.tollgate.prompt;

import java.time.Instant;

/** The version that a label points to, and who moved it there. */
public record LabelPointer(Label label, int version, String movedBy, Instant movedAt) {}
