/**
 * The jail: the inner wall around every user process, made of seccomp filters and a tracer in C,
 * with a thin JNI class on top.
 *
 * <p>Holds nothing yet. The runner already starts every child through one interface (its {@code
 * spawn} package), which this module will implement.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.jail;
