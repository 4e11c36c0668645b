/**
 * Decides where sessions run, and keeps the rows and the world in step.
 *
 * <pre>
 * queue (what waits) -> placement (where it goes) -> reconcile (agents are told) -> agents
 *        rows  <-  report (what agents observed)  <-----------------------------------+
 *        outbox (what happened) -> events for gateways
 * </pre>
 *
 * <p>PostgreSQL holds all state; this module holds only bells and times of the next try. Everything
 * runs on virtual threads of one {@code Tasks}; the verticle's own context only starts and stops.
 * Killing this process at any moment loses nothing: transactions are whole or absent, commands are
 * idempotent and repeated until a report proves them, events leave the outbox after they were
 * published.
 *
 * <p>Lock order in every transaction: session, its kernels, capacity rows by (agent, slot).
 *
 * <p>Batch sessions: when a session of type batch becomes RUNNING its start-up command must be run
 * by its main kernel's agent. That belongs into {@code KernelFate.settle}, beside the event
 * session_started; it is not built yet.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.scheduler;
