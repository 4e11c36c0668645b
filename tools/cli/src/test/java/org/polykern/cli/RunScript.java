package org.polykern.cli;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.polykern.cli.StreamServer.Frame;
import org.polykern.cli.StreamServer.Peer;

/** Runs over the execute stream, whose messages a test has put down; the last one for ever. */
public final class RunScript implements StreamServer.Script {
  private final Deque<String> messages = new ArrayDeque<>();
  private final List<String> received = new CopyOnWriteArrayList<>();

  /**
   * The next message of the next run.
   *
   * @param items of the console, as JSON without the brackets
   */
  public synchronized RunScript say(String status, Integer exitCode, String items) {
    messages.add(
        """
        {"status": "%s", "exitCode": %s, "options": {}, "files": [], "console": [%s],
         "runId": "r1", "offset": %d}\
        """
            .formatted(status, exitCode, items, messages.size() + 1));
    return this;
  }

  /** What clients sent: the first message of each run, and lines. */
  public List<String> received() {
    return received;
  }

  @Override
  public void play(Peer peer) throws IOException {
    received.add(text(peer));
    while (true) {
      String message;
      synchronized (this) {
        message = messages.size() > 1 ? messages.remove() : messages.element();
      }
      peer.send(message);
      if (message.contains("\"finished\"")) {
        peer.close(1000, "");
        peer.next();
        return;
      }
      if (message.contains("\"waiting-input\"") && !message.contains("nobody answers")) {
        received.add(text(peer));
      }
    }
  }

  private static String text(Peer peer) throws IOException {
    Frame frame = peer.next();
    if (frame.type() != StreamServer.TEXT) {
      throw new IOException("Expected a text, but got a frame of type " + frame.type());
    }
    return frame.text();
  }
}
