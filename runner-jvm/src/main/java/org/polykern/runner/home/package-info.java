/**
 * The kernel home from within: what lies beside the run-time image that this JVM was started from.
 * It is read-only, and the same for all sessions.
 */
@NullMarked
package org.polykern.runner.home;

import org.jspecify.annotations.NullMarked;
