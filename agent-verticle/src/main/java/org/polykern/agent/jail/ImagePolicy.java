package org.polykern.agent.jail;

import org.jspecify.annotations.Nullable;

/**
 * The policy file that an image brings.
 *
 * @param text null when what is at its path is empty, or no small file
 */
public record ImagePolicy(@Nullable String text) {
  /** Where images have it. */
  public static final String PATH = "/etc/backend.ai/jail/policy.yml";
}
