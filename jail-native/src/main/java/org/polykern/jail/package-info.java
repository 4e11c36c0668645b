/**
 * The jail: the inner wall around every user process, made of seccomp filters and a tracer in C,
 * with a thin JNI class on top.
 *
 * <p>{@code nativelib} is the door to C, {@code start} starts programs. The helper {@code pk-jail},
 * an executable of its own that the build puts beside the library, contains and traces them;
 * README.md of this module says how.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.jail;
