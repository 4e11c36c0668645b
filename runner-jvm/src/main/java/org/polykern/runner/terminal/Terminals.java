package org.polykern.runner.terminal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.polykern.runner.loop.EventLoop;
import org.polykern.runner.spawn.Spawner;

/** The terminals of a session, by name. Confined to the loop thread. */
public final class Terminals {
  private static final int MOST = 16;
  private static final int LONGEST_NAME = 64;
  private static final Duration UNWATCHED = Duration.ofMinutes(10);

  private final StreamPort port;
  private final Programs settings;
  private final Map<String, Terminal> terminals = new LinkedHashMap<>();

  /** What every shell is started with, on the thread of the loop. */
  public record Programs(
      Spawner spawner, Map<String, String> environment, Path directory, EventLoop loop) {}

  /**
   * None yet.
   *
   * @param port where viewers connect
   * @param settings how shells are started
   */
  public Terminals(StreamPort port, Programs settings) {
    this.port = port;
    this.settings = settings;
  }

  /**
   * A token for a viewer of a terminal, which is opened with that size if there is none of this
   * name.
   *
   * @throws IOException with a sentence for people when it cannot be opened
   */
  public String open(String name, int rows, int columns) throws IOException {
    if (!isName(name)) {
      throw new IOException(
          "Expected a terminal's name of 1 to 64 letters, digits, - and _, but got another.");
    }
    Terminal terminal = terminals.get(name);
    if (terminal == null) {
      makeRoom();
      terminal = Terminal.open(settings, rows, columns);
      terminals.put(name, terminal);
    }
    return port.expect(terminal::view);
  }

  /** Ends all of them. */
  public void close(String sentence) {
    terminals.values().forEach(terminal -> terminal.close(sentence));
    terminals.clear();
  }

  private void makeRoom() throws IOException {
    if (terminals.size() < MOST) {
      return;
    }
    long now = System.nanoTime();
    String longest = null;
    long nanos = UNWATCHED.toNanos();
    for (Map.Entry<String, Terminal> one : terminals.entrySet()) {
      long unwatched = one.getValue().unwatchedNanos(now);
      if (unwatched >= nanos) {
        longest = one.getKey();
        nanos = unwatched;
      }
    }
    Terminal old = longest == null ? null : terminals.remove(longest);
    if (old == null) {
      throw new IOException(
          "Expected at most 16 terminals in a session, but there are as many, and each was seen"
              + " within the last ten minutes: use one of them.");
    }
    old.close("This terminal made room for another.");
  }

  private static boolean isName(String name) {
    boolean good = !name.isEmpty() && name.length() <= LONGEST_NAME;
    for (int i = 0; i < name.length() && good; i++) {
      char c = name.charAt(i);
      good =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '-'
              || c == '_';
    }
    return good;
  }
}
