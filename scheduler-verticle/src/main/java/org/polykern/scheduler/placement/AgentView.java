package org.polykern.scheduler.placement;

import java.util.Set;
import org.polykern.common.id.AgentId;
import org.polykern.common.resource.ResourceSlots;

/**
 * One agent as the rows describe it.
 *
 * @param alive it was heard of lately
 * @param schedulable false while an operator drains it
 * @param images those that it holds, at least of the images that the round asks for
 */
public record AgentView(
    AgentId id,
    String scalingGroup,
    boolean alive,
    boolean schedulable,
    String architecture,
    ResourceSlots capacity,
    ResourceSlots occupied,
    Set<ImageKey> images) {
  public AgentView {
    images = Set.copyOf(images);
  }
}
