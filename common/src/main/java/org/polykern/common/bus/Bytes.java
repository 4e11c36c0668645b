package org.polykern.common.bus;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;

/**
 * Bytes as a value, for records. The array is not copied: whoever makes one gives it away, whoever
 * reads one does not write to it.
 */
public final class Bytes {
  private final byte[] array;

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public Bytes(byte[] array) {
    this.array = array;
  }

  @JsonValue
  public byte[] array() {
    return array;
  }

  public int length() {
    return array.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes bytes && Arrays.equals(array, bytes.array);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(array);
  }

  @Override
  public String toString() {
    return array.length + " bytes";
  }
}
