/**
 * The HTTP edge: routes, parameters, answers, errors.
 *
 * <p>A route is an {@link org.polykern.gateway.http.Endpoint}: method, paths, who may use it, and a
 * handler that blocks as it likes and returns an {@link org.polykern.gateway.http.Answer} or throws
 * a ProblemException. {@link org.polykern.gateway.http.Edge} does the rest in the API's order:
 * method override and version prefix, routing (404, 405), body, version, signature, rate limit,
 * handler, and one place that turns problems into documents.
 *
 * <p>Threads: everything up to the complete body runs on the server's event loop and never waits;
 * from the version check on a request runs on a virtual thread of its own. A request holds no state
 * that outlives it.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.gateway.http;
