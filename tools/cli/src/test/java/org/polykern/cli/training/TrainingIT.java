package org.polykern.cli.training;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;

class TrainingIT {
  @Test
  void shouldRunEveryCommandItTrains() {
    assertThatCode(Training::run).doesNotThrowAnyException();
  }
}
