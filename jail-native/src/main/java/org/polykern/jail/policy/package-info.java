/**
 * Policies as files: the YAML that images and operators write, read and written.
 *
 * <p>Two dialects share one reader. A file that says {@code version: polykern/1} is ours and read
 * strictly: every unknown key, unknown call and contradiction is an error, all of them are reported
 * at once, and nothing is loaded. A file without a version is one that published images carry; it
 * is read as tolerantly as its authors expect, with a warning for each thing that has no effect.
 * {@code docs/jail-policy.md} describes both.
 *
 * <p>Needs SnakeYAML, which the runner in the container does not have: the runner must not touch
 * this package. It gets policies as {@link org.polykern.jail.rule.PolicyText}. No state, any
 * thread.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.jail.policy;
