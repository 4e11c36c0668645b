/**
 * Exercises the command line once against a canned server on the loopback, so that the JVM can
 * record an AOT cache: {@code java -XX:AOTCacheOutput=FILE -cp ... org.polykern.cli.Main --train},
 * later {@code java -XX:AOTCache=FILE -cp ... org.polykern.cli.Main ...} with the same class path.
 */
@NullMarked
package org.polykern.cli.training;

import org.jspecify.annotations.NullMarked;
