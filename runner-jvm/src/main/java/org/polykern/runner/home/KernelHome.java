package org.polykern.runner.home;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the kernel home's files are. */
public final class KernelHome {
  private KernelHome() {}

  /**
   * Loads a native library of the kernel home; tests and the build say by a property where it is.
   *
   * @return false if this JVM was not started from a kernel home
   */
  public static boolean load(String library) {
    String home = System.getProperty("runner.home");
    Path folder = home == null ? Path.of(System.getProperty("java.home"), "..") : Path.of(home);
    Path file = folder.resolve("lib" + library + ".so").toAbsolutePath().normalize();
    boolean there = Files.isRegularFile(file);
    if (there) {
      System.load(file.toString());
    }
    return there;
  }
}
