/**
 * What the control plane tells an agent about a kernel, and what an agent reports back: immutable
 * records that ride on the bus.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.common.kernel;
