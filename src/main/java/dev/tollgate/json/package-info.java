/** Mappers of JSON and YAML with exact numbers, and rules for texts from outside. */
@NullMarked
package dev.tollgate.json;

import org.jspecify.annotations.NullMarked;
