/**
 * Sessions as clients see them: finding one by id, prefix or name, telling about it, ending,
 * restarting and renaming it, and waiting for what becomes of it.
 *
 * <p>Rows are the truth. {@link org.polykern.gateway.session.SessionWaiters} holds the requests
 * that wait; bus events ring them, and each looks at the row at least once a second anyway, so that
 * a lost event delays an answer but never changes it. Statuses are moved by Lifecycle alone, with
 * the session row locked before its kernels. When a gateway dies, waiting clients lose their
 * connection and nothing else.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.gateway.session;
