package org.polykern.agent.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.polykern.common.id.KernelId;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.problem.ProblemException;
import org.polykern.common.resource.ResourceSlots;

final class DevicesTest {
  private final Devices devices =
      new Devices(new HostCapacity(Map.of(0, BigDecimal.ONE, 1, BigDecimal.ONE), 1000));

  @Test
  void shouldTakeAllOrNothing() {
    var kernel = KernelId.random();
    assertThatThrownBy(() -> devices.take(kernel, ResourceSlots.of("cpu", 1, "mem", 1001)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.INSTANCE_NOT_AVAILABLE));
    assertThat(devices.take(kernel, ResourceSlots.of("cpu", 2, "mem", 1000)).cores())
        .containsExactly(0, 1);
  }

  @Test
  void shouldRepeatItsAnswerAndFreeOnce() {
    var kernel = KernelId.random();
    var slots = ResourceSlots.of("cpu", 1, "mem", 600);
    assertThat(devices.take(kernel, slots)).isEqualTo(devices.take(kernel, slots));
    devices.free(kernel);
    devices.free(kernel);
    devices.take(KernelId.random(), ResourceSlots.of("mem", 1000));
    assertThatThrownBy(() -> devices.take(KernelId.random(), ResourceSlots.of("mem", 1)))
        .isInstanceOf(ProblemException.class);
  }

  @Test
  void shouldPutBackWhatAdoptedKernelsHave() {
    var kernel = KernelId.random();
    var had = new Allocation(Map.of("cpu", Map.of("1", BigDecimal.ONE)));
    devices.adopt(kernel, had);
    devices.adopt(kernel, had);
    assertThat(devices.take(KernelId.random(), ResourceSlots.of("cpu", 1)).cores())
        .containsExactly(0);
    assertThat(devices.take(kernel, ResourceSlots.of("cpu", 1))).isEqualTo(had);
  }

  @Test
  void shouldRefuseASlotThatItDoesNotHave() {
    assertThatThrownBy(() -> devices.take(KernelId.random(), ResourceSlots.of("cuda.device", 1)))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("cuda.device");
  }

  @Test
  void shouldParseCoreLists() {
    assertThat(HostCapacity.parseList("0-3,8,10-11")).isEqualTo(List.of(0, 1, 2, 3, 8, 10, 11));
    assertThatThrownBy(() -> HostCapacity.parseList("3-1"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> HostCapacity.parseList(""))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldOfferMoreCoresThanThereAreWhenTold() {
    var host = HostCapacity.detect(1000, "2g");
    assertThat(host.coreAmounts().values().stream().reduce(BigDecimal.ZERO, BigDecimal::add))
        .isEqualByComparingTo("1000");
    assertThat(host.memoryBytes()).isEqualTo(2L << 30);
  }
}
