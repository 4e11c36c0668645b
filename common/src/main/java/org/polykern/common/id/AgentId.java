package org.polykern.common.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * An agent, by the name it keeps over restarts: 1 to 64 of letters, digits, dot, dash, underscore.
 */
public record AgentId(@JsonValue String value) {
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public AgentId {
    if (!value.matches("[A-Za-z0-9._-]{1,64}")) {
      throw new IllegalArgumentException(
          "Expected an agent id of 1 to 64 letters, digits, '.', '_' or '-', but got '"
              + value
              + "'");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
