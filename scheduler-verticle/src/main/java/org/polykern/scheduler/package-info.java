/** Decides where sessions run, and keeps the rows and the world in step. */
@org.jspecify.annotations.NullMarked
package org.polykern.scheduler;
