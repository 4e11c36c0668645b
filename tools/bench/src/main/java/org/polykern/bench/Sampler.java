package org.polykern.bench;

import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;

/**
 * Times a subject and a yardstick in turn: warm-up first, then short blocks of each, so that both
 * see the same weather.
 */
final class Sampler {
  private static final int BLOCK = 25;

  private final Histogram subject = new Histogram(3);
  private final Histogram yardstick = new Histogram(3);

  /** Runs both {@code samples} times each, after {@code warmUp} runs of each. */
  void run(int warmUp, int samples, Callable<?> subjectBody, Callable<?> yardstickBody)
      throws Exception {
    for (int i = 0; i < warmUp; i++) {
      subjectBody.call();
      yardstickBody.call();
    }
    for (int done = 0; done < samples; done += BLOCK) {
      var block = Math.min(BLOCK, samples - done);
      time(block, subjectBody, subject);
      time(block, yardstickBody, yardstick);
    }
  }

  /** Milliseconds at this percentile of the subject. */
  double subject(double percentile) {
    return subject.getValueAtPercentile(percentile) / 1e6;
  }

  /** Milliseconds at this percentile of the yardstick. */
  double yardstick(double percentile) {
    return yardstick.getValueAtPercentile(percentile) / 1e6;
  }

  long samples() {
    return subject.getTotalCount();
  }

  private static void time(int times, Callable<?> body, Histogram into) throws Exception {
    for (int i = 0; i < times; i++) {
      var start = System.nanoTime();
      body.call();
      into.recordValue(System.nanoTime() - start);
    }
  }
}
