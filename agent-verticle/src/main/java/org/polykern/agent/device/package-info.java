/**
 * What this machine can give to kernels and who has it: the intrinsic slots {@code cpu} (one device
 * per core) and {@code mem} (one device, {@code root}).
 *
 * <p>{@link org.polykern.agent.device.Devices} is the ledger, one lock for the whole agent; amounts
 * are exact decimals. It lives in memory only: after a restart each adopted kernel's state file
 * puts its allocation back. Taking is idempotent per kernel, freeing too.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.agent.device;
