package org.polykern.runner.language;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.polykern.runner.link.MessageType;
import org.polykern.runner.text.IdleOutput;
import org.polykern.runner.text.TextPieces;
import org.polykern.runner.text.Utf8Repair;

/**
 * What a process prints, made valid UTF-8 and cut into messages: during a run for the listener,
 * between two runs for the log. Confined to the loop thread.
 */
public final class RunText {
  /** How much of what is printed before the first run is kept, in case it says why none can be. */
  private static final int EARLY_BYTES = 8 * 1024;

  private final Language.Listener listener;
  private final IdleOutput idle;
  private Utf8Repair stdout = new Utf8Repair();
  private Utf8Repair stderr = new Utf8Repair();
  private final ByteArrayOutputStream early = new ByteArrayOutputStream();
  private boolean began;
  private boolean running;

  public RunText(Language.Listener listener, Consumer<String> log) {
    this.listener = listener;
    this.idle = new IdleOutput(log);
  }

  /** A new process begins; nothing is left of the last one's text. */
  public void newProcess() {
    stdout = new Utf8Repair();
    stderr = new Utf8Repair();
    early.reset();
    began = false;
  }

  /** From now on text is the run's. */
  public void begin() {
    running = true;
    began = true;
    early.reset();
    idle.runStarts();
  }

  /** Bytes as the process wrote them; a character may be cut at the end. */
  public void add(boolean isStderr, ByteBuffer bytes) {
    add(isStderr, bytes, running);
  }

  /** The same for an interpreter that says whether they belong to the run. */
  public void add(boolean isStderr, ByteBuffer bytes, boolean ofRun) {
    addValid(isStderr, (isStderr ? stderr : stdout).feed(bytes), ofRun);
  }

  /** Text that is valid UTF-8 already, in whole characters. */
  public void addValid(boolean isStderr, ByteBuffer text, boolean ofRun) {
    if (ofRun) {
      send(isStderr ? MessageType.STDERR : MessageType.STDOUT, text);
    } else {
      keepEarly(text);
      idle.add(text);
    }
  }

  /** Shows what the process printed before its first run, which will never be. */
  public void sayEarly() {
    send(MessageType.STDERR, Utf8Repair.whole(ByteBuffer.wrap(early.toByteArray())));
    early.reset();
  }

  /** A sentence of the runner's own for the user. */
  public void say(String sentence) {
    listener.say(sentence);
  }

  /** The run is over; what was left of a character is handed over. */
  public void end() {
    send(MessageType.STDOUT, stdout.end());
    send(MessageType.STDERR, stderr.end());
    running = false;
  }

  /** Whether there is room for more: between runs a flood is stopped, not thrown away. */
  public boolean hasRoom() {
    return listener.hasRoom() && (running || !idle.full());
  }

  private void keepEarly(ByteBuffer text) {
    int n = began ? 0 : Math.min(text.remaining(), EARLY_BYTES - early.size());
    for (int i = 0; i < n; i++) {
      early.write(text.get(text.position() + i));
    }
  }

  private void send(MessageType type, ByteBuffer text) {
    TextPieces.each(text, piece -> listener.output(type, piece));
  }
}
