/**
 * Budgets and their yardsticks: {@code ./polykern bench [NAME...]}.
 *
 * <p>The model: a {@link org.polykern.bench.Bench} measures a subject and, interleaved in the same
 * run, a yardstick that does the same work without Polykern, so that the ratio holds when the
 * machine drifts. Samples go into HdrHistograms; a {@link org.polykern.bench.Figure} is one number
 * with its budget. Nothing here fails a build: the table says "within" or "over", people decide.
 *
 * <p>Each run starts an instance of its own in a temporary data directory, as a user would, and
 * takes it down again.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.bench;
