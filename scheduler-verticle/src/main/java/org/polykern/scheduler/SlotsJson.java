package org.polykern.scheduler;

import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.HashMap;
import org.polykern.common.resource.ResourceSlots;

/** Slots as they lie in jsonb columns: slot name to a decimal, as text or as a number. */
public final class SlotsJson {
  private SlotsJson() {}

  public static ResourceSlots read(JsonObject json) {
    var amounts = new HashMap<String, BigDecimal>();
    json.forEach(
        entry -> amounts.put(entry.getKey(), new BigDecimal(String.valueOf(entry.getValue()))));
    return new ResourceSlots(amounts);
  }
}
