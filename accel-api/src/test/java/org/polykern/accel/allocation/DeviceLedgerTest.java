package org.polykern.accel.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.polykern.accel.allocation.Vectors.request;
import static org.polykern.accel.allocation.Vectors.twoNodes;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.polykern.accel.Device;
import org.polykern.accel.Grant;
import org.polykern.accel.Health;
import org.polykern.accel.Slot;
import org.polykern.accel.SlotDisplay;
import org.polykern.accel.SlotType;
import org.polykern.accel.Spread;
import org.polykern.accel.allocation.AllocationRefused.Reason;

final class DeviceLedgerTest {
  private static final SlotDisplay GPU = SlotDisplay.devices("GPU", "A card");

  @Test
  void shouldTakeNothingWhenOneKindRefuses() {
    var ledger = twoNodes();
    var request = Map.of("cuda.device", BigDecimal.ONE, "cpu", new BigDecimal("17"));

    assertThatThrownBy(() -> ledger.take("k", request, Affinity.INTERLEAVED))
        .isInstanceOf(AllocationRefused.class)
        .hasMessage("Expected 17 of cpu to be free, but only 16 is");

    assertThat(ledger.occupied()).isEmpty();
    assertThat(ledger.held("k")).isEmpty();
  }

  @Test
  void shouldAnswerTheSameForTheSameKernelAndFreeOnce() {
    var ledger = twoNodes();
    var first = ledger.take("k", request("cuda.device", "2"), Affinity.INTERLEAVED);

    assertThat(ledger.take("k", request("cuda.device", "2"), Affinity.INTERLEAVED))
        .isEqualTo(first);
    ledger.adopt("k", first);
    assertThat(ledger.occupied()).isEqualTo(request("cuda.device", "2"));

    ledger.free("k");
    ledger.free("k");
    assertThat(ledger.occupied()).isEmpty();
  }

  @Test
  void shouldIgnoreWhatIsNotAskedForAndRefuseWhatIsNotThere() {
    var ledger = twoNodes();
    assertThat(ledger.take("k", request("tpu.device", "0"), Affinity.INTERLEAVED).isEmpty())
        .isTrue();
    assertThat(reason(ledger, request("tpu.device", "1"))).isEqualTo(Reason.UNSUPPORTED);
    assertThat(reason(ledger, request("cuda.shares", "1"))).isEqualTo(Reason.UNSUPPORTED);
  }

  @ParameterizedTest
  @CsvSource({
    "cuda.device, cuda.device:1g.10gb-mig, INVALID_COMBINATION",
    "cuda.device:1g.10gb-mig, cuda.device:3g.40gb-mig, INVALID_COMBINATION",
    "cuda.device, cuda.other, ",
  })
  void shouldRefuseSlotsThatExcludeEachOther(String one, String other, Reason expected) {
    var ledger = new DeviceLedger(DeviceLedger.ORDER);
    var rules =
        List.of(
            rule("cuda.device", SlotType.COUNT),
            rule("cuda.other", SlotType.COUNT),
            rule("cuda.device:1g.10gb-mig", SlotType.UNIQUE),
            rule("cuda.device:3g.40gb-mig", SlotType.UNIQUE));
    var devices =
        rules.stream()
            .map(r -> DeviceCapacity.of("of-" + r.name(), r.name(), BigDecimal.ONE, 0))
            .toList();
    ledger.declare("cuda", rules, devices, Set.of("cuda.device:*-mig", "cuda.device"));
    var request = Map.of(one, BigDecimal.ONE, other, BigDecimal.ONE);

    if (expected == null) {
      assertThat(ledger.take("k", request, Affinity.INTERLEAVED).slots()).hasSize(2);
    } else {
      assertThat(reason(ledger, request)).isEqualTo(expected);
    }
  }

  @Test
  void shouldKeepWhatIsUsedOfADeviceThatFellSick() {
    var ledger = new DeviceLedger(DeviceLedger.ORDER);
    var slot = Slot.devices("cuda.device", GPU);
    var well = Device.of("a", "H100", "cuda.device");
    declare(ledger, slot, well, Device.of("b", "H100", "cuda.device"));
    ledger.take("k1", request("cuda.device", "1"), Affinity.PREFER_SINGLE_NODE);

    declare(ledger, slot, well.feeling(Health.sick("Lost.")), Device.of("b", "H100", slot.name()));
    assertThat(ledger.offered()).isEqualTo(request("cuda.device", "2"));
    var second = ledger.take("k2", request("cuda.device", "1"), Affinity.PREFER_SINGLE_NODE);
    assertThat(second.deviceIds()).containsExactly("b");

    ledger.free("k1");
    assertThat(ledger.offered()).isEqualTo(request("cuda.device", "1"));
    assertThat(reason(ledger, request("cuda.device", "1"))).isEqualTo(Reason.INSUFFICIENT);
  }

  @Test
  void shouldOfferNothingOfAKindThatIsWithdrawnButKeepItsUse() {
    var ledger = twoNodes();
    ledger.take("k", request("cuda.device", "3"), Affinity.INTERLEAVED);

    ledger.withdraw("cuda");

    assertThat(ledger.offered()).containsEntry("cuda.device", new BigDecimal("3"));
    ledger.free("k");
    assertThat(ledger.offered()).containsEntry("cuda.device", BigDecimal.ZERO);
  }

  @Test
  void shouldCountWhatIsAdoptedBeforeItsKindIsThere() {
    var ledger = new DeviceLedger(DeviceLedger.ORDER);
    ledger.adopt("k", Grant.of("cuda.device", "a"));
    assertThat(ledger.offered()).isEqualTo(request("cuda.device", "1"));

    declare(
        ledger,
        Slot.devices("cuda.device", GPU),
        Device.of("a", "H100", "cuda.device"),
        Device.of("b", "H100", "cuda.device"));

    var grant = ledger.take("k2", request("cuda.device", "1"), Affinity.INTERLEAVED);
    assertThat(grant.deviceIds()).containsExactly("b");
  }

  @Test
  void shouldNotOfferADeviceInTwoSlotsWhenTheModeChanges() {
    var ledger = new DeviceLedger(DeviceLedger.ORDER);
    ledger.adopt("k", Grant.of("cuda.device", "a"));
    var shares = Slot.shares("cuda.shares", GPU, new BigDecimal("0.1"));
    var ten = new BigDecimal("10");
    declare(
        ledger,
        shares,
        Device.of("a", "H100", "cuda.shares").offering("cuda.shares", ten),
        Device.of("b", "H100", "cuda.shares").offering("cuda.shares", ten));

    assertThat(ledger.offered()).containsEntry("cuda.shares", ten);
    assertThat(reason(ledger, request("cuda.shares", "10.1"))).isEqualTo(Reason.INSUFFICIENT);
    ledger.free("k");
    assertThat(ledger.offered()).containsEntry("cuda.shares", new BigDecimal("20"));
  }

  private static void declare(DeviceLedger ledger, Slot slot, Device... devices) {
    ledger.declare(
        "cuda",
        List.of(SlotRule.of(slot)),
        java.util.Arrays.stream(devices).map(DeviceCapacity::of).toList(),
        Set.of());
  }

  private static SlotRule rule(String slot, SlotType type) {
    return SlotRule.whole(slot, type, Spread.EVENLY);
  }

  private static Reason reason(DeviceLedger ledger, Map<String, BigDecimal> request) {
    return catchThrowableOfType(
            AllocationRefused.class,
            () -> ledger.take("refused", request, Affinity.PREFER_SINGLE_NODE))
        .reason();
  }
}
