package org.polykern.runner.home;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the kernel home's files are. */
public final class KernelHome {
  private KernelHome() {}

  /**
   * A file of the kernel home by its name; whether it is there is another question. Tests and the
   * build say by a property where the home is.
   */
  public static Path file(String name) {
    return folder().resolve(name);
  }

  /** The kernel home itself. */
  public static Path folder() {
    String home = System.getProperty("runner.home");
    Path folder = home == null ? Path.of(System.getProperty("java.home"), "..") : Path.of(home);
    return folder.toAbsolutePath().normalize();
  }

  /**
   * Loads a native library of the kernel home.
   *
   * @return false if this JVM was not started from a kernel home
   */
  public static boolean load(String library) {
    Path file = file("lib" + library + ".so");
    boolean there = Files.isRegularFile(file);
    if (there) {
      System.load(file.toString());
    }
    return there;
  }
}
