package org.polykern.accel.allocation;

import java.util.Set;

/**
 * What earlier choices for the same kernel say about the next one.
 *
 * @param nodes memory nodes of the devices chosen last, in their order; empty for the first choice
 */
record Hint(Affinity affinity, Set<Integer> nodes) {
  static Hint first(Affinity affinity) {
    return new Hint(affinity, Set.of());
  }
}
