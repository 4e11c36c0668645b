/**
 * Query mode: an interpreter that keeps its variables from run to run.
 *
 * <p>{@code ScriptedLanguage} owns at most one {@code DriverProcess}: a process with a private
 * directory, commands through a named pipe in it (snippets are files beside it), and frames between
 * the user's text in its standard output, told apart by {@code MarkedReader}; docs/languages.md is
 * the contract with drivers.
 *
 * <p>{@code PythonLanguage} owns at most one {@code PythonInterpreter}, which is one process, one
 * control socket (commands and framed events, in order), one completion socket and the raw pipes of
 * its descriptors 1 and 2 (output of its children and of C code). All state is confined to the loop
 * thread. When the process dies the current run is finished with its status and a sentence, and the
 * next run gets a new process.
 *
 * <p>{@code SnippetLanguage} keeps nothing: each snippet is compiled and run in a private directory
 * that is gone with the run.
 *
 * <p>{@code BatchMode} is beside it: the shell commands of batch runs, one process at a time, which
 * share nothing with the interpreter but the work directory and the environment.
 */
@NullMarked
package org.polykern.runner.language;

import org.jspecify.annotations.NullMarked;
