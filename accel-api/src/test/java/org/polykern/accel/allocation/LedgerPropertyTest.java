package org.polykern.accel.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.polykern.accel.Grant;
import org.polykern.accel.SlotType;
import org.polykern.accel.Spread;

/** Random takes, frees, restarts and faults on a machine with all kinds of slots. */
final class LedgerPropertyTest {
  private static final int STEPS = 20;
  private static final String SLICE = "cuda.device:1g.10gb-mig";
  private static final List<String> QUANTA = List.of("0.01", "0.1", "0.25");

  @Property(tries = 10_000)
  void shouldKeepItsInvariants(@ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int size) {
    var random = new Random(seed);
    var machine = new Machine(random, size);
    for (var step = 0; step < STEPS; step++) {
      switch (random.nextInt(6)) {
        case 0, 1, 2 -> machine.take();
        case 3, 4 -> machine.free();
        default -> machine.restart();
      }
      machine.check();
    }
    machine.freeAll();
    assertThat(machine.ledger.occupied()).isEmpty();
  }

  private static final class Machine {
    private final Random random;
    private final Map<String, List<SlotRule>> rules = new LinkedHashMap<>();
    private final Map<String, List<DeviceCapacity>> devices = new LinkedHashMap<>();
    private final Map<String, Grant> model = new HashMap<>();
    private DeviceLedger ledger;
    private int kernels;

    Machine(Random random, int size) {
      this.random = random;
      add("cpu", SlotRule.whole("cpu", SlotType.COUNT, Spread.EVENLY), 2 * size, "2");
      add("mem", SlotRule.whole("mem", SlotType.BYTES, Spread.FILL), 1, "1000");
      add("cuda", SlotRule.whole("cuda.device", SlotType.COUNT, Spread.EVENLY), size, "1");
      add("cuda", SlotRule.whole(SLICE, SlotType.UNIQUE, Spread.EVENLY), size, "1");
      var quantum = new BigDecimal(QUANTA.get(random.nextInt(QUANTA.size())));
      var spread = random.nextBoolean() ? Spread.EVENLY : Spread.FILL;
      var shares = new SlotRule("rocm.shares", SlotType.COUNT, quantum, spread, true);
      add("rocm", shares, size, random.nextBoolean() ? "1" : "13.57");
      ledger = build();
    }

    private void add(String key, SlotRule rule, int count, String amount) {
      rules.computeIfAbsent(key, k -> new ArrayList<>()).add(rule);
      for (var i = 0; i < count; i++) {
        var links = new HashMap<String, Integer>();
        for (var peer = 0; peer < count; peer++) {
          links.put(rule.name().hashCode() + "-" + peer, random.nextInt(4));
        }
        devices
            .computeIfAbsent(key, k -> new ArrayList<>())
            .add(
                new DeviceCapacity(
                    rule.name().hashCode() + "-" + i,
                    rule.name(),
                    new BigDecimal(amount),
                    random.nextInt(-1, 3),
                    links,
                    true));
      }
    }

    private DeviceLedger build() {
      var built = new DeviceLedger(DeviceLedger.ORDER);
      rules.forEach((key, ofKey) ->
          built.declare(
              key,
              ofKey,
              devices.get(key),
              key.equals("cuda") ? Set.of("cuda.device", "cuda.device:*-mig") : Set.of()));
      return built;
    }

    private Affinity affinity() {
      return random.nextBoolean() ? Affinity.INTERLEAVED : Affinity.PREFER_SINGLE_NODE;
    }

    void take() {
      var kernel = "k" + (random.nextInt(4) == 0 ? random.nextInt(kernels + 1) : kernels++);
      var request = new LinkedHashMap<String, BigDecimal>();
      request.put("cpu", BigDecimal.valueOf(random.nextInt(5)));
      request.put("mem", BigDecimal.valueOf(random.nextInt(500)));
      request.put("cuda.device", BigDecimal.valueOf(random.nextInt(3)));
      request.put("rocm.shares", BigDecimal.valueOf(random.nextInt(250), 2));
      request.put(SLICE, BigDecimal.valueOf(random.nextInt(10) == 0 ? 2 : random.nextInt(2)));
      var before = ledger.occupied();
      try {
        var grant = ledger.take(kernel, request, affinity());
        if (model.containsKey(kernel)) {
          assertThat(grant).isEqualTo(model.get(kernel));
        } else {
          checkGranted(request, grant);
          model.put(kernel, grant);
        }
      } catch (AllocationRefused e) {
        assertThat(ledger.occupied()).isEqualTo(before);
        assertThat(e).hasMessageStartingWith("Expected ");
        checkRefused(request, e);
      }
    }

    /** Only for want of devices: what is free is less than what was asked for. */
    private void checkRefused(Map<String, BigDecimal> request, AllocationRefused refused) {
      if (refused.reason() != AllocationRefused.Reason.INSUFFICIENT) {
        return;
      }
      var slot = refused.slot();
      var rule =
          rules.values().stream()
              .flatMap(List::stream)
              .filter(each -> each.name().equals(slot))
              .findFirst()
              .orElseThrow();
      var lost = rule.quantum().multiply(BigDecimal.valueOf(16)); // Less than one each.
      var free =
          ledger
              .offered()
              .get(slot)
              .subtract(ledger.occupied().getOrDefault(slot, BigDecimal.ZERO));
      assertThat(refused.allocatable()).isLessThan(request.get(slot));
      assertThat(free.subtract(refused.allocatable())).isBetween(BigDecimal.ZERO, lost);
    }

    /** All that was asked for, less than one quantum short, and never a device twice. */
    private void checkGranted(Map<String, BigDecimal> request, Grant grant) {
      rules.values().stream()
          .flatMap(List::stream)
          .forEach(rule -> {
            var sum =
                grant.slots().getOrDefault(rule.name(), Map.of()).values().stream()
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
            var missing = request.get(rule.name()).subtract(sum);
            assertThat(missing).isBetween(BigDecimal.ZERO, rule.quantum());
            assertThat(missing).isNotEqualByComparingTo(rule.quantum());
          });
    }

    void free() {
      var kernel = "k" + random.nextInt(kernels + 1);
      ledger.free(kernel);
      model.remove(kernel);
      if (random.nextBoolean()) {
        ledger.free(kernel);
      }
    }

    /** A new ledger that adopts what kernels have, some of them twice. */
    void restart() {
      ledger = build();
      model.forEach(ledger::adopt);
      model.keySet().stream().limit(2).forEach(kernel -> ledger.adopt(kernel, model.get(kernel)));
    }

    void freeAll() {
      model.keySet().forEach(ledger::free);
    }

    void check() {
      var used = new HashMap<String, BigDecimal>();
      var sums = new HashMap<String, BigDecimal>();
      var unique = new HashSet<String>();
      model
          .values()
          .forEach(grant ->
              grant
                  .slots()
                  .forEach((slot, amounts) ->
                      amounts.forEach((device, amount) -> {
                        used.merge(device, amount, BigDecimal::add);
                        sums.merge(slot, amount, BigDecimal::add);
                        assertThat(!slot.equals(SLICE) || unique.add(device)).isTrue();
                      })));
      devices.values().stream()
          .flatMap(List::stream)
          .forEach(device ->
              assertThat(used.getOrDefault(device.id(), BigDecimal.ZERO))
                  .isLessThanOrEqualTo(device.amount()));
      assertThat(ledger.occupied().keySet()).isEqualTo(sums.keySet());
      ledger
          .occupied()
          .forEach((slot, amount) -> assertThat(amount).isEqualByComparingTo(sums.get(slot)));
    }
  }
}
