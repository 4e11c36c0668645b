/**
 * Stand-ins for the two classes of the jnacl library that JeroMQ calls. The names, signatures and
 * return values are the library's; the work is done by {@link org.polykern.runner.crypto}. The
 * library itself is excluded from this module's dependencies.
 */
@NullMarked
package com.neilalexander.jnacl.crypto;

import org.jspecify.annotations.NullMarked;
