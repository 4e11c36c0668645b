package org.polykern.common.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** One query or batch run of a kernel, 1 to 64 characters, chosen by the client or by us. */
public record RunId(@JsonValue String value) {
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public RunId {
    if (value.isEmpty() || value.length() > 64) {
      throw new IllegalArgumentException(
          "Expected a run id of 1 to 64 characters, but got " + value.length());
    }
  }

  /**
   * 16 random hexadecimal digits. Not a secret: a run is protected by its session's owner check.
   */
  public static RunId random() {
    return new RunId(HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()));
  }

  @Override
  public String toString() {
    return value;
  }
}
