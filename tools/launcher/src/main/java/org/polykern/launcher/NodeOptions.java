package org.polykern.launcher;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.polykern.launcher.instance.DataDirectory;

/**
 * What the command line says about one process.
 *
 * @param clustered whether it joins others by multicast
 * @param ownsKernels whether an orderly stop removes the kernels too; a node that is only an agent
 *     leaves them for its next start
 */
record NodeOptions(
    DataDirectory data,
    Set<Role> roles,
    Optional<Path> config,
    Optional<Integer> port,
    Optional<String> backend,
    Optional<String> agentId,
    boolean clustered,
    boolean ownsKernels) {
  NodeOptions {
    roles = Set.copyOf(roles);
  }

  boolean has(Role role) {
    return roles.contains(role);
  }

  boolean needsDatabase() {
    return roles.stream().anyMatch(Role::needsDatabase);
  }
}
