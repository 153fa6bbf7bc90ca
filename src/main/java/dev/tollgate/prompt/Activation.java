package dev.tollgate.prompt;

import java.time.Instant;
import java.util.Optional;

/** A move of the production pointer: to which version, by whom, when and, if forced, why. */
public record Activation(int version, String actor, Instant time, Optional<String> reason) {}
