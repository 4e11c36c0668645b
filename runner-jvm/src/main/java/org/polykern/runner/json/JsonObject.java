package org.polykern.runner.json;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A parsed object; the accessors answer null for what is absent, JSON null, or of another type. */
public record JsonObject(Map<String, @Nullable Object> members) {

  /** The text under {@code key}, or null. */
  public @Nullable String text(String key) {
    return members.get(key) instanceof String s ? s : null;
  }

  /** The integer under {@code key}, or null when it is absent or not an integer. */
  public @Nullable Long integer(String key) {
    return members.get(key) instanceof Long n ? n : null;
  }
}
