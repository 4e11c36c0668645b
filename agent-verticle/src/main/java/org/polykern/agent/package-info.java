/** Runs kernels on one machine. */
@org.jspecify.annotations.NullMarked
package org.polykern.agent;
