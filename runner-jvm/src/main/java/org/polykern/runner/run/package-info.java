/**
 * The run queue: what was asked for, in which order, and what is running now.
 *
 * <p>Confined to the loop thread. A run is queued, then running (perhaps waiting for input), then
 * finished; its id is remembered until the agent has acknowledged its end, so that a repeated
 * command does not run code twice. A run consists of steps: a query has one, a batch run has clean,
 * build and exec, which arrive one after another and keep the queue until the last one has ended. A
 * crash of the runner ends the kernel, hence nothing is kept on disk.
 */
@NullMarked
package org.polykern.runner.run;

import org.jspecify.annotations.NullMarked;
