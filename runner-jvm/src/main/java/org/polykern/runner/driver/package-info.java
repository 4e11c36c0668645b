/**
 * Query mode by a driver: a script in the language itself, which keeps the interpreter's state and
 * executes one snippet after another; docs/languages.md is the contract with it.
 *
 * <p>{@code ScriptedLanguage} owns at most one {@code DriverProcess}: a process with a private
 * directory, commands through a named pipe in it (snippets are files beside it), and frames between
 * the user's text in its standard output, told apart by {@code MarkedReader}. What a frame claims
 * is checked, since user code can write one: it may show nonsense to its own user, but not read a
 * file for it, and not fill the runner's memory.
 *
 * <p>Confined to the loop thread. The directory is gone with the process.
 */
@NullMarked
package org.polykern.runner.driver;

import org.jspecify.annotations.NullMarked;
