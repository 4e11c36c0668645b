/** Encryption of secrets at rest, with a key that lives outside of the database. */
@org.jspecify.annotations.NullMarked
package org.polykern.common.secret;
