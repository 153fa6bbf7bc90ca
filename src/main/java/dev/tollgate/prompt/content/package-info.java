/** What a prompt version says: its template, variables, model and cache settings. */
@NullMarked
package dev.tollgate.prompt.content;

import org.jspecify.annotations.NullMarked;
