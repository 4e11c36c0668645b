/**
 * Control groups, version 1 (one hierarchy per controller) and 2 (one for all), read and written as
 * files.
 *
 * <p>{@link org.polykern.agent.cgroup.CgroupMounts} knows where hierarchies are mounted; {@link
 * org.polykern.agent.cgroup.Cgroup} is one group seen through them, made by us or by an engine;
 * {@link org.polykern.agent.cgroup.CgroupTree} makes and removes ours. Nothing is cached: the
 * kernel's files are the state, which is why a restarted agent needs no record of them.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.agent.cgroup;
