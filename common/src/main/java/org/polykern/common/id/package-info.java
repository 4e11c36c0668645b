/** Identities as types, so that no signature takes a bare {@code String id}. */
@org.jspecify.annotations.NullMarked
package org.polykern.common.id;
