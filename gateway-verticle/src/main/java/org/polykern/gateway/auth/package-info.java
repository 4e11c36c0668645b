/**
 * Who is calling: request signatures, key pairs, roles, and acting for another key pair.
 *
 * <p>A signature proves one request. Everything that it covers is taken verbatim from the wire
 * (target, date, host); only the content type loses its parameters. Secrets are kept decrypted in
 * the cache of {@link org.polykern.gateway.auth.Keypairs}, for a few seconds each; that class is
 * the only owner of mutable state here and is safe for all threads. Nothing here survives a crash,
 * and nothing needs to.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.gateway.auth;
