package org.polykern.accel.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.polykern.accel.Settings;

/**
 * A machine with GPUs, as the library of {@code src/test/c/fake_nvml.c} and a few files of the
 * system show it. What it is set to is true at the library's next call.
 */
final class FakeNvml {
  private static final Path SOURCE = Path.of("src", "test", "c", "fake_nvml.c");
  private static final long GIB = 1L << 30;

  private final Path directory;
  private final Map<String, String> state = new TreeMap<>();

  /** Compiled once; a copy in another directory is another library to the system. */
  private static final class Built {
    static final String NAME = "libnvidia-ml.so.1";
    static final Path LIBRARY = build(Path.of("target", "native"));

    private static Path build(Path directory) {
      try {
        var library = Files.createDirectories(directory).resolve(NAME);
        var compiler =
            new ProcessBuilder(
                    "cc",
                    "-Wall",
                    "-Wextra",
                    "-Werror",
                    "-shared",
                    "-fPIC",
                    "-o",
                    library.toString(),
                    SOURCE.toString())
                .inheritIO()
                .start();
        assertThat(compiler.waitFor()).isZero();
        return library;
      } catch (IOException e) {
        throw new UncheckedIOException("Expected a C compiler", e);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private FakeNvml(Path directory) {
    this.directory = directory;
  }

  /** A machine without GPUs; each directory is a library of its own. */
  static FakeNvml in(Path directory) throws IOException {
    if (Files.notExists(directory.resolve(Built.NAME))) {
      Files.copy(Built.LIBRARY, directory.resolve(Built.NAME));
    }
    return new FakeNvml(directory)
        .set("count", 0)
        .set("driver", "535.161.08")
        .set("nvml", "12.535.161.08")
        .set("cuda", 12020);
  }

  /** H100s of 80 GiB with 132 multiprocessors, half of them on each of two memory nodes. */
  static FakeNvml withGpus(Path directory, int count) throws IOException {
    var fake = in(directory).set("count", count);
    for (var index = 0; index < count; index++) {
      var bus = 0x10 + index;
      fake.gpu(index, "uuid", uuid(index))
          .gpu(index, "name", "NVIDIA H100 80GB HBM3")
          .gpu(index, "bus", "0:" + Integer.toHexString(bus) + ":0")
          .gpu(index, "minor", index)
          .gpu(index, "total", 80 * GIB)
          .gpu(index, "used", (index + 1) * GIB)
          .gpu(index, "reserved", GIB / 2)
          .gpu(index, "busy", 10 * (index + 1))
          .gpu(index, "power", 200_000)
          .gpu(index, "limit", 700_000)
          .gpu(index, "celsius", 40 + index)
          .gpu(index, "cores", 132 * 128)
          .gpu(index, "mig", 0)
          .gpu(index, "uncorrected", 0)
          .file(
              "sys/bus/pci/devices/0000:" + Integer.toHexString(bus) + ":00.0/numa_node",
              (index < count / 2 ? 0 : 1) + "\n");
    }
    return fake;
  }

  static String uuid(int index) {
    return "GPU-00000000-0000-0000-0000-00000000000" + index;
  }

  FakeNvml gpu(int index, String key, Object value) {
    return set("gpu." + index + "." + key, value);
  }

  /**
   * A slice of a GPU that is cut.
   *
   * @param attributes with memory in MiB
   */
  FakeNvml slice(int gpu, int place, String uuid, Gpu.Attributes attributes) {
    var key = "mig." + place + ".";
    return gpu(gpu, "mig", 1)
        .gpu(gpu, key + "uuid", uuid)
        .gpu(gpu, key + "name", "NVIDIA H100 80GB HBM3")
        .gpu(gpu, key + "gi", place + 5)
        .gpu(gpu, key + "ci", 0)
        .gpu(gpu, key + "slices", attributes.slices())
        .gpu(gpu, key + "ci-slices", attributes.computeSlices())
        .gpu(gpu, key + "sm", attributes.units())
        .gpu(gpu, key + "mb", attributes.memoryBytes())
        .gpu(gpu, key + "total", attributes.memoryBytes() << 20)
        .gpu(gpu, key + "used", GIB);
  }

  FakeNvml set(String key, Object value) {
    state.put(key, value.toString());
    return write();
  }

  FakeNvml unset(String key) {
    state.remove(key);
    return write();
  }

  /** A file of the machine, below its root. */
  FakeNvml file(String path, String content) {
    try {
      var file = directory.resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  CudaAccelerator open(Map<String, String> settings) {
    var all = new HashMap<>(settings);
    all.putIfAbsent("library", library());
    return new CudaAccelerator(
        CudaSettings.of(new Settings("[accel.cuda]", all)), directory, System.getLogger("cuda"));
  }

  String library() {
    return directory.resolve(Built.NAME).toAbsolutePath().toString();
  }

  private FakeNvml write() {
    try {
      Files.writeString(
          directory.resolve("state"),
          state.entrySet().stream()
              .map(e -> e.getKey() + " " + e.getValue() + "\n")
              .collect(Collectors.joining()));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
