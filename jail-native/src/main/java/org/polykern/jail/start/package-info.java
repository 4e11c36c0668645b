/**
 * Starts programs in the jail and tells how they ended, without {@code ProcessBuilder} and without
 * a file: {@link org.polykern.jail.start.JailedProgram} is a program that runs, under a helper
 * {@code pk-jail} of its own.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.jail.start;
