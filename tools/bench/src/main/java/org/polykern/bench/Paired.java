package org.polykern.bench;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Subject and yardstick in turn, each round both, the first of them changing: what the machine does
 * besides meets both alike, and the median of the differences leaves its bursts out.
 *
 * @param subject the median of the subject
 * @param yardstick the median of the yardstick
 * @param more the median of the rounds' differences
 * @param rounds how many there were
 */
record Paired(double subject, double yardstick, double more, int rounds) {
  /** One measurement. */
  interface Measured {
    double once() throws Exception;
  }

  /** Several numbers of one measurement. */
  interface MeasuredTogether {
    double[] once() throws Exception;
  }

  /** Runs a tenth of {@code rounds} uncounted, then as many. */
  static Paired of(int rounds, Measured subject, Measured yardstick) throws Exception {
    return several(
            rounds, () -> new double[] {subject.once()}, () -> new double[] {yardstick.once()})
        .getFirst();
  }

  /** The same where one measurement gives several numbers; a pair for each. */
  static List<Paired> several(int rounds, MeasuredTogether subject, MeasuredTogether yardstick)
      throws Exception {
    for (int i = 0; i < rounds; i += 10) {
      subject.once();
      yardstick.once();
    }
    var subjects = new double[rounds][];
    var yardsticks = new double[rounds][];
    for (int i = 0; i < rounds; i++) {
      if (i % 2 == 0) {
        subjects[i] = subject.once();
        yardsticks[i] = yardstick.once();
      } else {
        yardsticks[i] = yardstick.once();
        subjects[i] = subject.once();
      }
    }
    return IntStream.range(0, subjects[0].length)
        .mapToObj(number -> of(column(subjects, number), column(yardsticks, number)))
        .toList();
  }

  private static double[] column(double[][] rows, int number) {
    return Arrays.stream(rows).mapToDouble(row -> row[number]).toArray();
  }

  private static Paired of(double[] subjects, double[] yardsticks) {
    var differences = new double[subjects.length];
    Arrays.setAll(differences, i -> subjects[i] - yardsticks[i]);
    return new Paired(median(subjects), median(yardsticks), median(differences), subjects.length);
  }

  /**
   * The same, but each side's fastest round stands for it: right for work so short that some rounds
   * have a processor to themselves, however busy the machine is.
   */
  static Paired fastest(int rounds, Measured subject, Measured yardstick) throws Exception {
    var least = new double[] {Double.MAX_VALUE, Double.MAX_VALUE};
    for (int i = 0; i < rounds; i++) {
      least[0] = Math.min(least[0], subject.once());
      least[1] = Math.min(least[1], yardstick.once());
    }
    return new Paired(least[0], least[1], least[0] - least[1], rounds);
  }

  /**
   * Of several pairs of processes: where the loader put a single one makes a loop slower or not.
   */
  static Paired joined(List<Paired> pairs) {
    return new Paired(
        median(pairs.stream().mapToDouble(Paired::subject).toArray()),
        median(pairs.stream().mapToDouble(Paired::yardstick).toArray()),
        median(pairs.stream().mapToDouble(Paired::more).toArray()),
        pairs.stream().mapToInt(Paired::rounds).sum());
  }

  /** What the subject needs more, in percent of the yardstick. */
  double percent() {
    return 100 * more / yardstick;
  }

  static double median(double[] values) {
    var sorted = values.clone();
    Arrays.sort(sorted);
    var middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
