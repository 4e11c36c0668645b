package org.polykern.gateway.run;

import org.polykern.common.id.AgentId;
import org.polykern.common.id.KernelId;
import org.polykern.common.id.SessionId;

/** Where a session's code runs. */
public record KernelTarget(SessionId session, KernelId kernel, AgentId agent) {}
