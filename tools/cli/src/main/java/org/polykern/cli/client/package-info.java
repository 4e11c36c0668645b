/**
 * The Java client of the REST API: signed HTTP/1.1 requests over kept-alive connections, one typed
 * exception per kind of failure, and the session calls that the command line needs.
 *
 * <p>{@link org.polykern.cli.client.ClientConfig} says whom to talk to and as whom; {@link
 * org.polykern.cli.client.ApiClient} signs and sends; {@link org.polykern.cli.client.SessionClient}
 * knows the routes; {@link org.polykern.cli.client.RunLoop} drives one run of code to its end.
 *
 * <p>Threads: everything here may be used from several threads at once, except a {@code RunLoop},
 * which belongs to the thread that drives it. All calls block. Nothing is kept on disk; a client
 * that dies leaves at worst a run whose unread output the server keeps for whoever asks next.
 */
@NullMarked
package org.polykern.cli.client;

import org.jspecify.annotations.NullMarked;
