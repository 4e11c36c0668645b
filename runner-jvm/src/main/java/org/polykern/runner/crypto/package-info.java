/**
 * The two primitives of CURVE, fast on a small JVM.
 *
 * <p>JeroMQ calls the jnacl library, whose straightforward code spends 30 ms on the first key pair
 * of a cold JVM and encrypts some 30 MB/s. These classes compute the same, the curve with fewer and
 * wider steps, the cipher in C; the package {@code com.neilalexander.jnacl.crypto} of this module
 * lends them jnacl's names. Pure functions of their arguments, safe from any thread; the tests
 * compare them with the original and with published vectors.
 */
@NullMarked
package org.polykern.runner.crypto;

import org.jspecify.annotations.NullMarked;
