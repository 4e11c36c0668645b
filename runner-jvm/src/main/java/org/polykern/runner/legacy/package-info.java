/**
 * The oldest form of the query protocol, as a mode of the runner: two frames (an identifier, which
 * is ignored, and source text) are answered by one frame with one JSON object.
 *
 * <p>{@code LegacyRunner} takes the place of the runner of all other modes. It executes one snippet
 * at a time and reads the next command only when the last one was answered, so commands wait in the
 * peer's socket. The answer is gathered in memory, within the limits of {@code LegacyReply}. All
 * state is confined to the loop thread; nothing survives a crash.
 */
@NullMarked
package org.polykern.runner.legacy;

import org.jspecify.annotations.NullMarked;
