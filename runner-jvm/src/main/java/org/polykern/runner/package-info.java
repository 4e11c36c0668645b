/**
 * The runner: the daemon in a session's container that executes what the agent sends.
 *
 * <p>{@code Main} reads the configuration, binds the two sockets of the runner link, announces them
 * and then <em>is</em> the loop thread: link, run queue, interpreter pipes and timers are all
 * handled by that one thread, so nothing here takes a lock. Other threads are JeroMQ's own and one
 * for each program that runs, the jail's or the JDK's; they only post work. In the jail's mode m2
 * the loop thread acts for files as the session's user from the announcement on. Nothing is stored:
 * if the runner dies, the kernel is over and the agent says so.
 */
@NullMarked
package org.polykern.runner;

import org.jspecify.annotations.NullMarked;
