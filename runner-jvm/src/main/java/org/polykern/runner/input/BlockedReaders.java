package org.polykern.runner.input;

/** Who is blocked in reading a pipe. */
final class BlockedReaders {
  BlockedReaders(long pid, String pipe) {}

  boolean any() {
    return false;
  }
}
