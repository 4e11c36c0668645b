/**
 * The agent's end of the line: two ZeroMQ sockets, the frames on them, and what is not
 * acknowledged.
 *
 * <p>{@code AgentLink} owns both sockets and the ZAP handler, all on the loop thread. {@code
 * Outbox} numbers output messages and keeps each until the agent acknowledges it; while too much is
 * kept the loop stops reading from the user's program. After a lost connection the agent says hello
 * again and everything it has not acknowledged is sent once more.
 */
@NullMarked
package org.polykern.runner.link;

import org.jspecify.annotations.NullMarked;
