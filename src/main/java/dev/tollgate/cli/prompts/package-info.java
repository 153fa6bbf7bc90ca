/** Commands on prompts: push, pull, test, activate, roll back, freeze and compare. */
@NullMarked
package dev.tollgate.cli.prompts;

import org.jspecify.annotations.NullMarked;
