/**
 * What a jail permits, as data, and how that becomes a seccomp filter.
 *
 * <pre>
 *   YAML file --(package policy)--> Policy --PolicyText--> container: Policy
 *                                                             | RuleCompiler (mode, protected pids)
 *                                                             v
 *                                                          long[] -> JNI -> BPF
 * </pre>
 *
 * <p>A {@link org.polykern.jail.rule.Policy} is complete: nothing is looked up later. The order in
 * which rules are asked is {@link org.polykern.jail.rule.Policy#rulesFor}: refusals of the policy,
 * refusals of {@link org.polykern.jail.rule.BuiltInPolicy}, what is stopped for the tracer, and at
 * the end the answer for calls that no rule names. {@link org.polykern.jail.rule.PolicyInterpreter}
 * walks that list in plain Java and is what the compiled filter is tested against.
 *
 * <p>Everything here is immutable and needs nothing but the JDK, because the runner in the
 * container uses it; the YAML reader is in another package for that reason.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.jail.rule;
