package org.polykern.accel.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.polykern.accel.allocation.Vectors.request;
import static org.polykern.accel.allocation.Vectors.twoNodes;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.polykern.accel.Grant;
import org.polykern.accel.SlotType;
import org.polykern.accel.Spread;

/** The reference's vectors for two memory nodes, and the cases beside them. */
final class AffinityTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "INTERLEAVED        | 1 | 4  | g0       | 0 1 2 3",
        "INTERLEAVED        | 2 | 4  | g0 g2    | 0 1 8 9",
        "INTERLEAVED        | 3 | 6  | g0 g1 g2 | 0 1 2 8 9 10",
        "INTERLEAVED        | 0 | 6  | ''       | 0 1 2 8 9 10",
        "PREFER_SINGLE_NODE | 2 | 4  | g0 g1    | 0 1 2 3",
        "PREFER_SINGLE_NODE | 1 | 10 | g0       | 0 1 2 3 4 5 6 7 8 9",
        "PREFER_SINGLE_NODE | 0 | 6  | ''       | 0 1 2 3 4 5",
      })
  void shouldFollowTheReference(
      Affinity affinity, String gpus, String cores, String expectedGpus, String expectedCores) {
    var request = new LinkedHashMap<String, BigDecimal>();
    request.put("cpu", new BigDecimal(cores));
    request.put("cuda.device", new BigDecimal(gpus));

    var grant = twoNodes().take("k", request, affinity);

    assertThat(devices(grant, "cuda.device")).isEqualTo(expectedGpus);
    assertThat(devices(grant, "cpu")).isEqualTo(expectedCores);
  }

  @ParameterizedTest
  @EnumSource(Affinity.class)
  void shouldPullCoresToTheOnlyAcceleratorThatIsLeft(Affinity affinity) {
    var ledger = new DeviceLedger(DeviceLedger.ORDER);
    declare(ledger, "npu", "npu.device", 4, i -> i < 2 ? 0 : 1);
    declare(ledger, "cpu", "cpu", 72, i -> i < 36 ? 0 : 1);
    ledger.adopt("cores", grant("cpu", IntStream.range(0, 24)));
    ledger.adopt("accelerators", grant("npu.device", IntStream.range(0, 3)));

    var request = Map.of("npu.device", BigDecimal.ONE, "cpu", new BigDecimal("8"));
    var grant = ledger.take("k", request, affinity);

    assertThat(devices(grant, "npu.device")).isEqualTo("3");
    assertThat(devices(grant, "cpu")).isEqualTo("36 37 38 39 40 41 42 43");
  }

  @ParameterizedTest
  @EnumSource(Affinity.class)
  void shouldAllocateOnAMachineThatDoesNotTellItsNodes(Affinity affinity) {
    var ledger = new DeviceLedger(DeviceLedger.ORDER);
    declare(ledger, "cuda", "cuda.device", 2, i -> -1);
    declare(ledger, "cpu", "cpu", 4, i -> i < 2 ? 0 : 1);

    var request = Map.of("cuda.device", BigDecimal.TWO, "cpu", new BigDecimal("2"));
    var grant = ledger.take("k", request, affinity);

    assertThat(devices(grant, "cuda.device")).isEqualTo("0 1");
    assertThat(devices(grant, "cpu")).isEqualTo("0 1");
  }

  @Test
  void shouldUseOneNodeThatHoldsAllRatherThanTheFirst() {
    var ledger = twoNodes();
    ledger.adopt("before", grant("cpu", IntStream.range(0, 4)));

    var grant = ledger.take("k", request("cpu", "6"), Affinity.PREFER_SINGLE_NODE);

    assertThat(devices(grant, "cpu")).isEqualTo("8 9 10 11 12 13");
  }

  @Test
  void shouldLeaveTheRoomierNodeWholeForALargerRequest() {
    var ledger = twoNodes();
    ledger.adopt("before", grant("cpu", IntStream.range(0, 4)));

    var grant = ledger.take("k", request("cpu", "3"), Affinity.PREFER_SINGLE_NODE);

    assertThat(devices(grant, "cpu")).isEqualTo("4 5 6");
  }

  @Test
  void shouldFillTheNearNodeBeforeItGoesToAFarOne() {
    var ledger = new DeviceLedger(DeviceLedger.ORDER);
    declare(ledger, "cuda", "cuda.device", 1, i -> 0);
    var cores =
        IntStream.range(0, 4)
            .mapToObj(i -> DeviceCapacity.of("" + i, "cpu", BigDecimal.TWO, i / 2))
            .toList();
    ledger.declare(
        "cpu", List.of(SlotRule.whole("cpu", SlotType.COUNT, Spread.EVENLY)), cores, Set.of());

    var request = Map.of("cuda.device", BigDecimal.ONE, "cpu", new BigDecimal("5"));
    var grant = ledger.take("k", request, Affinity.PREFER_SINGLE_NODE);

    assertThat(Vectors.text(grant, "cpu")).isEqualTo("0 2, 1 2, 2 1");
  }

  /** Node 0 holds it in two parts, node 1 on one device. */
  @ParameterizedTest
  @EnumSource(Spread.class)
  void shouldNotSplitAPartForTheSakeOfANode(Spread spread) {
    var ledger = new DeviceLedger(DeviceLedger.ORDER);
    var half = new BigDecimal("0.5");
    ledger.declare(
        "cuda",
        List.of(Vectors.parts("cuda.shares", "0.1", spread, true)),
        List.of(
            DeviceCapacity.of("a", "cuda.shares", half, 0),
            DeviceCapacity.of("b", "cuda.shares", half, 0),
            DeviceCapacity.of("c", "cuda.shares", BigDecimal.ONE, 1)),
        Set.of());

    var grant = ledger.take("k", request("cuda.shares", "0.8"), Affinity.PREFER_SINGLE_NODE);

    assertThat(Vectors.text(grant, "cuda.shares")).isEqualTo("c 0.8");
  }

  @Test
  void shouldLetUnknownKindsChooseBeforeCores() {
    var ledger = new DeviceLedger(DeviceLedger.ORDER);
    declare(ledger, "cpu", "cpu", 4, i -> i < 2 ? 0 : 1);
    declare(ledger, "fpga", "fpga.device", 1, i -> 1);

    var request = new LinkedHashMap<String, BigDecimal>();
    request.put("cpu", BigDecimal.ONE);
    request.put("fpga.device", BigDecimal.ONE);

    assertThat(devices(ledger.take("k", request, Affinity.INTERLEAVED), "cpu")).isEqualTo("2");
  }

  private static void declare(
      DeviceLedger ledger,
      String key,
      String slot,
      int count,
      java.util.function.IntUnaryOperator node) {
    var devices =
        IntStream.range(0, count)
            .mapToObj(i -> DeviceCapacity.of("" + i, slot, BigDecimal.ONE, node.applyAsInt(i)))
            .toList();
    ledger.declare(
        key, List.of(SlotRule.whole(slot, SlotType.COUNT, Spread.EVENLY)), devices, Set.of());
  }

  private static Grant grant(String slot, IntStream ids) {
    return new Grant(
        Map.of(slot, ids.boxed().collect(Collectors.toMap(String::valueOf, i -> BigDecimal.ONE))));
  }

  private static String devices(Grant grant, String slot) {
    return grant.slots().getOrDefault(slot, Map.of()).keySet().stream()
        .sorted(java.util.Comparator.comparingInt(String::length).thenComparing(id -> id))
        .collect(Collectors.joining(" "));
  }
}
