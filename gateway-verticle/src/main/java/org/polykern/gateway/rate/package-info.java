/**
 * Counting: requests per key pair in a rolling window (Redis), and use of key pairs and sessions
 * (PostgreSQL, in batches).
 *
 * <p>The windows may be lost: without Redis requests pass uncounted. Use counters are kept for at
 * most a second before they are written; a crash loses that second.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.gateway.rate;
