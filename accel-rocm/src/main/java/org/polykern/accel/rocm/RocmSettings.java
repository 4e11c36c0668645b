package org.polykern.accel.rocm;

import java.util.List;
import java.util.Optional;
import org.polykern.accel.Settings;

/**
 * What the host's configuration says.
 *
 * @param source {@code auto}, {@code amd-smi}, {@code rocm-smi}, {@code sysfs}
 * @param library path of the vendor's library, when it is in none of the usual places
 * @param masked indices and ids of GPUs that are not offered
 */
record RocmSettings(String source, Optional<String> library, List<String> masked) {
  static RocmSettings of(Settings settings) {
    settings.allowing("source", "library", "device-mask");
    var source = settings.choice("source", "auto", "amd-smi", "rocm-smi", "sysfs");
    var library = settings.text("library");
    if (library.isPresent() && !source.endsWith("-smi")) {
      throw new IllegalArgumentException(
          "Expected source to be amd-smi or rocm-smi where a library is named, but it is "
              + source);
    }
    return new RocmSettings(source, library, settings.list("device-mask"));
  }

  /** The library to ask beside sysfs; of both the newer one. */
  Optional<Smi> open() {
    var found = Optional.<Smi>empty();
    if (source.equals("auto") || source.equals("amd-smi")) {
      found = first(library.map(List::of).orElse(AmdSmiLibrary.NAMES), AmdSmiLibrary::open);
    }
    if (found.isEmpty() && (source.equals("auto") || source.equals("rocm-smi"))) {
      found = first(library.map(List::of).orElse(RocmSmiLibrary.NAMES), RocmSmiLibrary::open);
    }
    return found;
  }

  private static Optional<Smi> first(
      List<String> names, java.util.function.Function<String, Optional<Smi>> opening) {
    return names.stream().map(opening).flatMap(Optional::stream).findFirst();
  }
}
