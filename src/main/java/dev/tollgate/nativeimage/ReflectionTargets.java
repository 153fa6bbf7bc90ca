package dev.tollgate.nativeimage;

import io.quarkus.amazon.lambda.runtime.FunctionError;
import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * What an image must keep for reflection. Tollgate's own JSON is read and written as trees, which
 * need none; without {@link FunctionError} a function that throws would never report it, and its
 * environment would stop serving.
 */
@RegisterForReflection(targets = FunctionError.class)
final class ReflectionTargets {
  private ReflectionTargets() {}
}
