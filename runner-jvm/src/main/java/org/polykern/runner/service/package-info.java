/**
 * A session's services: programs that listen on a port, started when somebody wants to connect.
 *
 * <p>{@code ServiceHost} is the door. What a service is comes from the image's definition file
 * ({@code DefinitionFolder}), else from the languages' files; {@code docs/services.md} describes
 * both. {@code Launches} makes a {@code Launch} of either, and a {@code ManagedService} carries it
 * out:
 *
 * <pre>
 *   idle --start--> starting (prestart, process, port) --port answers--> running --process ends--> idle
 *                       |  any failure: told to all who wait      |
 *                       +--------------> stopping <---shutdown----+   SIGTERM, 2 s, SIGKILL; then idle
 * </pre>
 *
 * <p>Everything is confined to the loop thread, so nothing needs a lock: whoever wants a service
 * that is starting waits in its list. Nothing of an image or a user is done by the runner itself:
 * prestart actions are programs too, files are written by a shell, so that they happen as the
 * session's user and in its jail. Nothing outlives the runner.
 */
@NullMarked
package org.polykern.runner.service;

import org.jspecify.annotations.NullMarked;
