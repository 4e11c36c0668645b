package org.polykern.gateway.create;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.polykern.common.resource.ResourceSlots;

class ResourceRulesTest {
  private static final long MIB = 1 << 20;
  private static final Map<String, String> UNITS =
      Map.of(
          "cpu",
          "count",
          "mem",
          "bytes",
          "cuda.device",
          "unique",
          "cuda.shares",
          "count",
          "rocm.device",
          "unique");
  private static final Image IMAGE =
      new Image(
          "r/python:3",
          "x86_64",
          Map.of(
              "ai.backend.resource.min.cpu", "2",
              "ai.backend.resource.min.mem", "256m",
              "ai.backend.resource.max.cpu", "8"));

  private static ResourceRules.Granted apply(Map<String, String> requested, String shmem) {
    return new ResourceRules(IMAGE, UNITS).apply(requested, shmem);
  }

  @Test
  void shouldFillInTheImagesMinimumWithSharedMemoryOnTop() {
    var granted = apply(null, null);
    assertThat(granted.slots()).isEqualTo(ResourceSlots.of("cpu", 2, "mem", 320 * MIB));
    assertThat(granted.shmemBytes()).isEqualTo(64 * MIB);
    assertThat(apply(Map.of("cpu", "0", "mem", "0"), null)).isEqualTo(granted);
    assertThat(apply(Map.of(), null)).isEqualTo(granted);
  }

  @Test
  void shouldHaveDefaultsForImagesWithoutLabels() {
    var bare = new ResourceRules(new Image("x", "x86_64", Map.of()), UNITS).apply(null, null);
    assertThat(bare.slots()).isEqualTo(ResourceSlots.of("cpu", 1, "mem", 1088 * MIB));
  }

  @Test
  void shouldTakeSharedMemoryFromTheImageUnlessAskedOtherwise() {
    var labels = Map.of("ai.backend.resource.preferred.shmem", "128m");
    var rules = new ResourceRules(new Image("x", "x86_64", labels), UNITS);
    assertThat(rules.apply(null, null).shmemBytes()).isEqualTo(128 * MIB);
    assertThat(rules.apply(null, "1m").shmemBytes()).isEqualTo(MIB);
  }

  @Test
  void shouldKeepFractionsOfCountsToThreeDigits() {
    assertThat(apply(Map.of("cpu", "2.50049"), null).slots().get("cpu"))
        .isEqualByComparingTo(new BigDecimal("2.5"));
    assertThat(apply(Map.of("cuda.shares", "0.30"), null).slots().get("cuda.shares"))
        .isEqualByComparingTo("0.3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gpu|1|Unknown requested resource slot: gpu",
        "cpu|1|at least 2 of cpu",
        "cpu|9|at most 8 of cpu",
        "cpu|-3|positive",
        "cpu|many|Expected a number",
        "cpu|1e99|Expected a number",
        "cpu|Infinity|Expected a number",
        "mem|100m|at least 320m of mem",
        "mem|lots|Expected a size",
        "mem|Infinity|Expected a size",
        "cuda.device|0.5|whole units",
      })
  void shouldRefuseWithTheSlotAndTheBound(String slot, String amount, String sentence) {
    assertThatThrownBy(() -> apply(Map.of(slot, amount), null)).hasMessageContaining(sentence);
  }

  @Test
  void shouldCheckEachSlotByItself() {
    // More memory does not make up for too little cpu.
    assertThatThrownBy(() -> apply(Map.of("cpu", "1", "mem", "4g"), null))
        .hasMessageContaining("at least 2 of cpu");
  }

  @Test
  void shouldRefuseSharedMemoryAsLargeAsTheMemory() {
    var bare = new ResourceRules(new Image("x", "x86_64", Map.of()), UNITS);
    assertThatThrownBy(() -> bare.apply(Map.of("mem", "1g"), "1g"))
        .hasMessageContaining("less shared memory");
    assertThatThrownBy(() -> bare.apply(null, "9999999e")).isInstanceOf(RuntimeException.class);
  }

  @Test
  void shouldRefuseTwoFormsOfOneDevice() {
    assertThatThrownBy(() -> apply(Map.of("cuda.device", "1", "cuda.shares", "0.5"), null))
        .hasMessageContaining("one form of a device");
    assertThat(
            apply(Map.of("cuda.device", "1", "cuda.shares", "0"), null).slots().get("cuda.device"))
        .isEqualByComparingTo("1");
    assertThat(apply(Map.of("cuda.device", "1", "rocm.device", "1"), null)).isNotNull();
  }
}
