/**
 * Reads and writes prompt files: a folder in a repository with prompts in the format of the
 * registry's API. The package depends on no other package of Tollgate, because the command and the
 * functions both read such folders.
 */
@NullMarked
package dev.tollgate.promptfile;

import org.jspecify.annotations.NullMarked;
