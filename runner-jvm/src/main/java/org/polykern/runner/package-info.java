/**
 * The daemon in a session's container: it takes runs over ZeroMQ, feeds language runtimes, and
 * sends their output back. {@code docs/runner-link.md} is its protocol.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.runner;
