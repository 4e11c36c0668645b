package org.polykern.agent.kernel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.polykern.common.resource.DataSize;

/** The line files of {@code /home/config}, whose keys in-container tools know. */
final class ResourceText {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ResourceText() {}

  /** {@code resource.txt}. */
  static String of(KernelRecord record) throws JsonProcessingException {
    var text = new StringBuilder();
    var container = record.container();
    text.append("CID=").append(container == null ? "" : container.id()).append('\n');
    text.append("SCRATCH_SIZE=0m\nMOUNTS=\n");
    text.append("SLOTS=")
        .append(JSON.writeValueAsString(record.spec().slots().toText()))
        .append("\nUNIFIED_DEVICES=[]\n");
    record
        .allocation()
        .slots()
        .forEach((slot, devices) ->
            text.append(slot.toUpperCase(Locale.ROOT))
                .append("_SHARES=")
                .append(shares(slot, devices))
                .append('\n'));
    return text.toString();
  }

  /** {@code environ.txt}; values with a newline cannot be said in it and are left out. */
  static String environ(Map<String, String> environ) {
    return environ.entrySet().stream()
        .filter(e -> e.getValue().indexOf('\n') < 0 && e.getKey().indexOf('=') < 0)
        .map(e -> e.getKey() + "=" + e.getValue() + "\n")
        .collect(Collectors.joining());
  }

  private static String shares(String slot, Map<String, BigDecimal> devices) {
    return new TreeMap<>(devices)
        .entrySet().stream()
            .map(e -> e.getKey() + ":" + amount(slot, e.getValue()))
            .collect(Collectors.joining(","));
  }

  private static String amount(String slot, BigDecimal amount) {
    return slot.contains("mem")
        ? DataSize.format(amount)
        : amount.stripTrailingZeros().toPlainString();
  }
}
