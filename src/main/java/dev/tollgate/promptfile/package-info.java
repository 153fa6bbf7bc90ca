/**
 * Prompt files: the folder in which a repository keeps its prompts, read into what the registry's
 * API takes and written from what it gives. Depends on nothing else of Tollgate, because the
 * command and the functions both read such folders.
 */
@NullMarked
package dev.tollgate.promptfile;

import org.jspecify.annotations.NullMarked;
