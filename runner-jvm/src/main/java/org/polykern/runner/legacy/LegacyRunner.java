package org.polykern.runner.legacy;

import java.nio.ByteBuffer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.language.Language;
import org.polykern.runner.link.AgentLink;
import org.polykern.runner.link.Command;
import org.polykern.runner.link.MessageType;
import org.polykern.runner.loop.EventLoop;
import org.polykern.runner.spawn.Signal;

/** Executes snippets and answers each with one JSON object. Loop thread only. */
public final class LegacyRunner implements Language.Listener {
  private final AgentLink link;
  private final EventLoop loop;
  private final Language language;
  private @Nullable LegacyReply reply;
  private boolean stopping;

  public LegacyRunner(
      AgentLink link, EventLoop loop, Function<Language.Listener, Language> language) {
    this.link = link;
    this.loop = loop;
    this.language = language.apply(this);
    link.speakPlainOnly();
    link.receiving(false);
    link.onCommand(this::snippet);
    loop.beforeWait(this::beforeWait);
  }

  /** The work directory is ready: start the language, and take commands. */
  public void prepared() {
    language.start();
    link.receiving(true);
  }

  /** Ends the children, then the loop. */
  public void shutdown() {
    if (!stopping) {
      stopping = true;
      link.receiving(false);
      language.stop(loop::stop);
    }
  }

  @Override
  public void output(MessageType type, ByteBuffer body) {
    if (reply != null) {
      reply.add(type, body);
    }
  }

  @Override
  public void waitingInput(boolean password) {
    if (reply != null) {
      reply.say("Expected code without input, since this protocol cannot ask for any.");
      // Not from within the language's own call.
      loop.post(() -> language.interrupt(Signal.INTERRUPT));
    }
  }

  @Override
  public void finished(int exitCode) {
    if (reply != null) {
      link.single(reply.json(exitCode));
      reply = null;
      loop.post(() -> link.receiving(!stopping));
    }
  }

  @Override
  public void completion(String id, byte[] json) {
    throw new IllegalStateException("Expected no answer, since nothing was asked.");
  }

  @Override
  public boolean hasRoom() {
    return true; // What is too much is counted and dropped, so reading goes on.
  }

  private void snippet(Command command) {
    link.receiving(false);
    reply = new LegacyReply();
    language.run(command.body());
  }

  private void beforeWait() {
    link.pump();
    language.adjustReading();
  }
}
