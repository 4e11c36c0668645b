/**
 * Python's query mode, which had a driver before there was a contract for drivers and is faster
 * than that allows: frames travel by a socket and not among the user's text.
 *
 * <p>{@code PythonLanguage} owns at most one {@code PythonInterpreter}, which is one process, one
 * control socket (commands and framed events, in order), one completion socket and the raw pipes of
 * its descriptors 1 and 2 (output of its children and of C code). Its driver, {@code driver.py},
 * lies in the jar and is sent through the socket.
 *
 * <p>Confined to the loop thread; the driver's own threads are described in it.
 */
@NullMarked
package org.polykern.runner.python;

import org.jspecify.annotations.NullMarked;
