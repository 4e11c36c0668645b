package org.polykern.agent.docker;

import java.nio.file.Path;
import org.polykern.agent.jail.JailUsers;

/**
 * What the backend is told.
 *
 * @param host engine address, {@code unix:///var/run/docker.sock}
 * @param bridge name of the network and of its interface
 * @param agent id of the owning agent
 * @param instance name of its data directory
 * @param users whom kernels run as
 */
public record DockerSettings(
    String host,
    String bridge,
    String agent,
    String instance,
    Path kernelHome,
    JailUsers users,
    int pidsLimit) {}
