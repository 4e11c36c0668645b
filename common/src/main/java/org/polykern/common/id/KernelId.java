package org.polykern.common.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** A kernel: one container (or local process) of a session. */
public record KernelId(@JsonValue UUID value) {
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public KernelId {}

  /** A new random identity. */
  public static KernelId random() {
    return new KernelId(UUID.randomUUID());
  }

  /** Parses the 8-4-4-4-12 form. Throws IllegalArgumentException for anything else. */
  public static KernelId of(String text) {
    return new KernelId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
