/**
 * The only door for users: HTTP, authentication, REST.
 *
 * <p>{@link org.polykern.gateway.GatewayVerticle} wires the capabilities: {@code auth} (who calls),
 * {@code rate} (how often), {@code http} (the edge), {@code session}, {@code create}, {@code run},
 * {@code files}, {@code system} (the routes). Routes read rows and ask agents over the bus; the
 * database is the truth, and everything kept in memory here may vanish at any time. Any number of
 * gateways may run side by side.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.gateway;
