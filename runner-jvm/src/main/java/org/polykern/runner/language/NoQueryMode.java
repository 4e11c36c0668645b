package org.polykern.runner.language;

import org.polykern.runner.spawn.Signal;

/** The language of a runtime that serves applications only. */
public final class NoQueryMode implements Language {
  private static final int COMMAND_NOT_FOUND = 127;

  private final String runtime;
  private final Listener listener;

  public NoQueryMode(String runtime, Listener listener) {
    this.runtime = runtime;
    this.listener = listener;
  }

  @Override
  public void start() {}

  @Override
  public void run(byte[] source) {
    listener.say(
        "The runtime \""
            + runtime
            + "\" has no query mode: use one of its services, or a session with a language runtime"
            + " such as \"python\".");
    listener.finished(COMMAND_NOT_FOUND);
  }

  @Override
  public void input(byte[] line) {}

  @Override
  public void interrupt(Signal signal) {}

  @Override
  public void complete(String id, String code) {
    listener.noCompletion(id);
  }

  @Override
  public void adjustReading() {}

  @Override
  public void stop(Runnable done) {
    done.run();
  }
}
