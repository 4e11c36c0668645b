/**
 * Shows a running program to a person or a pipe: its output as it comes, its questions, its
 * pictures, and what Ctrl-C does meanwhile.
 *
 * <p>{@link org.polykern.cli.run.Execution} owns one run; the main thread prints, the signal thread
 * only sends requests and never prints program output. Media files are written where the user said,
 * and nowhere else.
 */
@NullMarked
package org.polykern.cli.run;

import org.jspecify.annotations.NullMarked;
