package dev.tollgate.nativeimage;

import io.quarkus.amazon.lambda.runtime.FunctionError;
import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * Classes that a native image keeps for reflection. Tollgate's JSON trees need none. Without {@link
 * FunctionError} a function could not report an exception, and its environment would stop serving.
 */
@RegisterForReflection(targets = FunctionError.class)
final class ReflectionTargets {
  private ReflectionTargets() {}
}
