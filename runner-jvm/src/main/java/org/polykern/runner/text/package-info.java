/**
 * Bytes of user programs on their way to messages: always valid UTF-8, never too long, and what
 * belongs to no run ends in the log. Everything is confined to the loop thread.
 */
@NullMarked
package org.polykern.runner.text;

import org.jspecify.annotations.NullMarked;
