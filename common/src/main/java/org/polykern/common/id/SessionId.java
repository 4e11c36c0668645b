package org.polykern.common.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** A session. Equal in value to the id of its main kernel, as the client API promises. */
public record SessionId(@JsonValue UUID value) {
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public SessionId {}

  /** A new random identity. */
  public static SessionId random() {
    return new SessionId(UUID.randomUUID());
  }

  /** Parses the 8-4-4-4-12 form. Throws IllegalArgumentException for anything else. */
  public static SessionId of(String text) {
    return new SessionId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
