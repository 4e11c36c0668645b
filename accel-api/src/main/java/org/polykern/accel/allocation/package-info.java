/**
 * Who gets which device: exact ledgers of what is free and used.
 *
 * <p>Model: {@link org.polykern.accel.allocation.DeviceLedger} is the whole machine's. It has one
 * {@link org.polykern.accel.allocation.AllocationMap} per kind of device ({@code cpu}, {@code mem},
 * one per plug-in) and knows what each kernel holds. A request is met wholly or not at all; taking
 * and freeing are idempotent per kernel. Amounts are decimals outside and whole numbers of quanta
 * inside, so sums are exact.
 *
 * <pre>
 *  request → exclusive, unique, quantum checks
 *          → rooms (what is free per device) → tiers (what is near, {@link
 *            org.polykern.accel.allocation.Affinity})
 *          → whole units: {@code WholePlacement}, or the best linked group: {@code LinkGroup}
 *          → parts: {@code PartPlacement}
 * </pre>
 *
 * <p>State: lives in memory only, owned and guarded by the ledger's one lock. After a restart the
 * host adopts each living kernel's allocation from its own records. A device that is gone or sick
 * is offered no more, but what is used of it stays counted, so capacity never falls below use. A
 * device that is used through one slot has no room in another, also when a new configuration offers
 * it there.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.accel.allocation;
