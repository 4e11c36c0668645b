/**
 * The service-provider interface for compute plug-ins.
 *
 * <p>A plug-in jar finds devices of one kind (GPUs, say), offers them as resource slots, and turns
 * an allocation into arguments of a container. This module depends on nothing but the JDK, because
 * a plug-in's class loader shows nothing else to it. The interface itself arrives with the
 * accelerator issue; until then the agent offers its intrinsic slots {@code cpu} and {@code mem}
 * only.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.accel;
