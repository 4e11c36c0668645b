/**
 * A real PostgreSQL and a real Redis as child processes of whoever needs them: the launcher's
 * {@code up}, and every component test.
 *
 * <p>This room knows nothing of Polykern. It finds binaries (from Maven Central), prepares a data
 * directory, starts the server, and stops it. A server outlives its parent's {@code kill -9}; the
 * next start over the same data directory adopts or replaces it.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.embedded;
