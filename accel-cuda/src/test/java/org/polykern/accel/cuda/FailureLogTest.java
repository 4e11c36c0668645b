package org.polykern.accel.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class FailureLogTest {
  private static final long MINUTE = 60_000_000_000L;

  private final List<String> lines = new ArrayList<>();
  private final AtomicLong clock = new AtomicLong(-MINUTE);
  private final FailureLog log = new FailureLog(new Lines(), clock::get);

  @Test
  void shouldSayEachReasonOnceAMinute() {
    log.say(new NvmlException("nvmlA", 999));
    log.say(new NvmlException("nvmlA", 999));
    log.say(new NvmlException("nvmlA", 4));
    log.say(new NvmlException("nvmlB", 999));
    assertThat(lines).hasSize(3);

    clock.addAndGet(MINUTE);
    log.say(new NvmlException("nvmlA", 999));
    assertThat(lines).hasSize(4).last().asString().contains("nvmlA").contains("999");
  }

  @Test
  void shouldNotSayWhatIsNoNews() {
    log.say(new NvmlException("nvmlA", NvmlCode.NOT_SUPPORTED));
    log.say(new NvmlException("nvmlA", NvmlCode.FUNCTION_NOT_FOUND));
    log.say(new NvmlException("nvmlA", NvmlCode.GPU_LOST));
    assertThat(lines).isEmpty();
  }

  private final class Lines implements System.Logger {
    @Override
    public String getName() {
      return "test";
    }

    @Override
    public boolean isLoggable(Level level) {
      return true;
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
      lines.add(message);
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String format, Object... params) {
      lines.add(format);
    }
  }
}
