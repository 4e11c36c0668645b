/**
 * Starting and stopping as a list of named steps.
 *
 * <p>A {@link org.polykern.launcher.startup.Startup} is confined to one thread for start and,
 * later, one thread for stop (the shutdown hook); its own lock keeps the two apart. Steps of one
 * stage run side by side on virtual threads. Whatever had started when a step failed is stopped
 * again, in reverse order; a stop goes on after a failure and reports all of them together.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.launcher.startup;
