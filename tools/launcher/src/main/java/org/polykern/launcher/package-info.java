/**
 * The process: reads options and configuration, starts roles in order, and stops them in reverse.
 *
 * <p>{@code Main} dispatches to one command class each. {@code Node} is the list of start-up steps
 * of one process, whatever its roles; {@code up} is a node with all roles plus its own servers. The
 * script {@code polykern} at the top of the repository builds, finds the JDK and calls this.
 *
 * <p>A started node lives on Vert.x's threads; the main thread waits. SIGTERM and SIGINT run the
 * stop on the JVM's shutdown hook. After {@code kill -9} the servers and kernels of the data
 * directory live on; the next {@code up} adopts them, and {@code down} starts an instance once more
 * in order to stop it in an orderly way.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.launcher;
