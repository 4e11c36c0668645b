package org.polykern.common.resource;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ResourceSlotsPropertyTest {
  @Provide
  Arbitrary<ResourceSlots> slots() {
    var amounts =
        Arbitraries.bigDecimals()
            .between(BigDecimal.ZERO, new BigDecimal("1000000000000"))
            .ofScale(6);
    return Arbitraries.maps(Arbitraries.of("cpu", "mem", "cuda.device", "cuda.shares"), amounts)
        .ofMaxSize(4)
        .map(ResourceSlots::new);
  }

  @Property
  void shouldAddInAnyOrder(@ForAll("slots") ResourceSlots a, @ForAll("slots") ResourceSlots b) {
    assertThat(a.plus(b)).isEqualTo(b.plus(a));
    assertThat(a.plus(b).minus(b)).isEqualTo(a);
    assertThat(a.plus(ResourceSlots.NONE)).isEqualTo(a);
    assertThat(a.minus(a)).isEqualTo(ResourceSlots.NONE);
  }

  @Property
  void shouldFitWhenNothingIsMissing(
      @ForAll("slots") ResourceSlots a, @ForAll("slots") ResourceSlots b) {
    assertThat(a.fitsIn(a.plus(b))).isTrue();
    var missing = a.minus(b).amounts().values().stream().anyMatch(amount -> amount.signum() > 0);
    assertThat(a.fitsIn(b)).isEqualTo(!missing);
  }

  @Property
  void shouldForgetZeros(@ForAll("slots") ResourceSlots a) {
    var zero = new ResourceSlots(Map.of("x", new BigDecimal("0.000")));
    assertThat(a.plus(zero)).isEqualTo(a);
    assertThat(a.with("y", BigDecimal.ZERO)).isEqualTo(a);
    assertThat(a.get("not there")).isEqualByComparingTo(BigDecimal.ZERO);
  }

  @Property
  void shouldKeepItsValueAsText(@ForAll("slots") ResourceSlots a) {
    var read =
        a.toText().entrySet().stream()
            .collect(
                java.util.stream.Collectors.toMap(
                    Map.Entry::getKey, e -> new BigDecimal(e.getValue())));
    assertThat(new ResourceSlots(read)).isEqualTo(a);
    assertThat(a.toText().values()).noneMatch(text -> text.contains("E"));
  }
}
