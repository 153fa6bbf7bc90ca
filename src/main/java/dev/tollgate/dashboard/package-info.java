/**
 * The page that shows costs and prompts: its files, ready to be served. It holds no data; whoever
 * opens it asks the API with a key. Depends on nothing else of Tollgate.
 */
@NullMarked
package dev.tollgate.dashboard;

import org.jspecify.annotations.NullMarked;
