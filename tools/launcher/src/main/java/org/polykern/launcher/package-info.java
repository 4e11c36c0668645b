/** The process main: embedded servers, verticles, start and stop. */
@org.jspecify.annotations.NullMarked
package org.polykern.launcher;
