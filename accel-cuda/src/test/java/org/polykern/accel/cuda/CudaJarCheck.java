package org.polykern.accel.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.accel.Accelerator;
import org.polykern.accel.PluginJarContract;
import org.polykern.accel.Settings;

/** The binding, its native half included, works out of the jar alone. */
final class CudaJarCheck extends PluginJarContract {
  @TempDir Path directory;
  private FakeNvml fake;

  @BeforeEach
  void build() throws IOException {
    fake = FakeNvml.withGpus(directory, 2);
  }

  @Override
  protected Settings settings() {
    return new Settings("[accel.cuda]", Map.of("library", fake.library()));
  }

  @Override
  protected void check(Accelerator accelerator) throws Exception {
    assertThat(accelerator.discover().devices()).hasSize(2);
  }
}
