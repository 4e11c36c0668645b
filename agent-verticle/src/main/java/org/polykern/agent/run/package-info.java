/**
 * Runs of a kernel: from numbered messages of the runner to answers of the execute API.
 *
 * <p>{@link org.polykern.agent.run.KernelRuns} owns all runs of one kernel behind one lock. The
 * link's reading thread adds messages; calls of the API wait on their run's condition and take what
 * is unread only in the moment they answer, so a call that nobody waits for any more loses nothing:
 * a newer call of the same run makes the older one answer empty at once. A message is acknowledged
 * to the runner when it has been handed to a call, in order; what is un-acknowledged bounds memory
 * on both sides. Lock order: KernelRuns, then the link's send lock.
 *
 * <p>Crash: nothing is stored here. After a restart the runner's hello lists the unfinished runs
 * and repeats what was not acknowledged, from which everything is built again.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.agent.run;
