/**
 * Which policy a session's programs run under, and how its runner is told: the agent reads the YAML
 * of operators and images and compiles it, so that nothing in a container has to be believed.
 *
 * <p>{@code docs/jail-policy.md}, "The way to a session", is the contract with the runner. Policies
 * are read when a session is made, so an operator's change holds for the next session; the same
 * text is compiled once.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.agent.jail;
