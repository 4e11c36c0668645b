package org.polykern.agent.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class DeviceMapPropertyTest {
  private static DeviceMap cores(int count) {
    var capacity = new LinkedHashMap<String, BigDecimal>();
    for (var i = 0; i < count; i++) {
      capacity.put(Integer.toString(i), BigDecimal.ONE);
    }
    return new DeviceMap(DeviceMap.Strategy.EVENLY, capacity);
  }

  @Property(tries = 300)
  void shouldGiveExactlyWhatWasAskedAndNeverMoreThanThereIs(
      @ForAll @IntRange(min = 1, max = 8) int count,
      @ForAll @Size(max = 12) List<@IntRange(min = 1, max = 40) Integer> quarters) {
    var map = cores(count);
    var taken = new ArrayList<Map<String, BigDecimal>>();
    for (var quarter : quarters) {
      var amount = BigDecimal.valueOf(quarter).divide(BigDecimal.valueOf(4));
      var before = map.remaining();
      var got = map.take(amount);
      assertThat(got.isPresent()).isEqualTo(amount.compareTo(before) <= 0);
      got.ifPresent(devices -> {
        assertThat(devices.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add))
            .isEqualByComparingTo(amount);
        assertThat(devices.values()).allMatch(part -> part.signum() > 0);
        taken.add(devices);
      });
    }
    var perDevice = new LinkedHashMap<String, BigDecimal>();
    taken.forEach(
        devices -> devices.forEach((id, part) -> perDevice.merge(id, part, BigDecimal::add)));
    assertThat(perDevice.values()).allMatch(sum -> sum.compareTo(BigDecimal.ONE) <= 0);
    taken.forEach(map::free);
    assertThat(map.remaining()).isEqualByComparingTo(BigDecimal.valueOf(count));
  }

  @Test
  void shouldTakeTheEmptiestCoresFirst() {
    var map = cores(4);
    assertThat(map.take(BigDecimal.TWO).orElseThrow()).containsOnlyKeys("0", "1");
    assertThat(map.take(BigDecimal.ONE).orElseThrow()).containsOnlyKeys("2");
    assertThat(map.take(BigDecimal.TWO)).isEmpty();
  }

  @Test
  void shouldPutAFractionWhereItFitsBest() {
    var map = cores(2);
    assertThat(map.take(new BigDecimal("0.5")).orElseThrow()).containsOnlyKeys("0");
    assertThat(map.take(new BigDecimal("0.5")).orElseThrow()).containsOnlyKeys("0");
    assertThat(map.take(BigDecimal.ONE).orElseThrow()).containsOnlyKeys("1");
  }

  @Test
  void shouldNotGoBelowZeroWhenFreedTwice() {
    var map = cores(2);
    var devices = map.take(BigDecimal.ONE).orElseThrow();
    map.free(devices);
    map.free(devices);
    assertThat(map.remaining()).isEqualByComparingTo("2");
  }
}
