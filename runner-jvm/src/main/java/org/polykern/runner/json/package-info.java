/**
 * The little JSON that the runner needs: small objects from the agent and small objects back.
 *
 * <p>Input is bounded in size and depth, since a peer may send anything; nothing here keeps state,
 * so every method may be called from any thread.
 */
@NullMarked
package org.polykern.runner.json;

import org.jspecify.annotations.NullMarked;
