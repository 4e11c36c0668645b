/**
 * Membership: one JVM by itself, or several that find each other by multicast.
 *
 * <p>The Hazelcast configuration is built here, in code, from {@code [cluster]}. It holds
 * membership and the event bus's subscriptions, and nothing whose loss would matter. The group's
 * name on the wire is derived from the cluster's name and its secret, so that a node without the
 * secret is told that it belongs to another cluster.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.launcher.cluster;
