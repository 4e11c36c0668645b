package org.polykern.agent.docker;

import org.polykern.agent.service.ServicePorts;

/** Names of labels on images and containers. */
final class Labels {
  static final String KERNEL_ID = "ai.backend.kernel-id";
  static final String SESSION_ID = "ai.backend.session-id";
  static final String AGENT_ID = "ai.backend.agent-id";
  static final String OWNER = "ai.backend.owner";
  static final String OWNER_USER = "ai.backend.owner-user-id";
  static final String OWNER_PROJECT = "ai.backend.owner-project-id";
  static final String SERVICE_PORTS = ServicePorts.LABEL;
  static final String BLOCK_SERVICE_PORTS = ServicePorts.BLOCK_LABEL;
  static final String INSTANCE = "org.polykern.instance";
  static final String GENERATION = "org.polykern.generation";

  static final String ALIASES = "org.polykern.aliases";
  static final String KERNELSPEC = "ai.backend.kernelspec";
  static final String FEATURES = "ai.backend.features";
  static final String RUNTIME_TYPE = "ai.backend.runtime-type";
  static final String RUNTIME_PATH = "ai.backend.runtime-path";
  static final String ROLE = "ai.backend.role";
  static final String MIN_CPU = "ai.backend.resource.min.cpu";
  static final String MIN_MEM = "ai.backend.resource.min.mem";
  static final String SHMEM = "ai.backend.resource.preferred.shmem";

  private Labels() {}
}
