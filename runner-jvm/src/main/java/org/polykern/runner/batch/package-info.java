/**
 * Batch mode: the shell commands of batch runs, the user's own or those of the language's file.
 *
 * <p>{@code BatchMode} owns the one process that runs. It shares nothing with the interpreter of
 * the query mode but the work directory and the environment. Confined to the loop thread.
 */
@NullMarked
package org.polykern.runner.batch;

import org.jspecify.annotations.NullMarked;
