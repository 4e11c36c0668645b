/**
 * Query mode without state: each snippet is a program, compiled and run by the {@code query} script
 * of its language's file.
 *
 * <p>{@code SnippetLanguage} owns the one process that runs, and a private directory that holds the
 * snippet and what the compiler writes; both are gone with the run. Confined to the loop thread.
 */
@NullMarked
package org.polykern.runner.compiled;

import org.jspecify.annotations.NullMarked;
