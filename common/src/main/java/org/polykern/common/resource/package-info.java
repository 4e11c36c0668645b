/**
 * Resource slots (cpu, mem, cuda.device ...) and their exact decimal arithmetic, and sizes in bytes
 * as people write them.
 *
 * <p>Rules: a slot that is missing counts as 0 on both sides; maps of slots may be incomparable, so
 * nothing here offers a total order.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.common.resource;
