package org.polykern.runner.jupyter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.polykern.runner.jupyter.Channels.Channel;
import org.polykern.runner.language.InterpreterProgram;
import org.polykern.runner.language.PrivateDirectory;
import org.polykern.runner.loop.EventLoop;
import org.polykern.runner.process.UserProcess;
import org.polykern.runner.spawn.Signal;
import org.polykern.runner.spawn.Spawner;

/** A started Jupyter kernel: its process, its sockets and the file that tells it of them. */
final class Kernel {
  private static final String CONNECTION_FILE = "{connection_file}";

  /** What a kernel tells; called on the loop thread. */
  interface Events extends Channels.Taker {
    /** Text that the process wrote past its protocol: a C library's, a child's. */
    void printed(boolean isStderr, ByteBuffer text);

    /** Whether more of what it publishes may be taken now. */
    boolean hasRoom();

    /** The process is gone and everything that it sent was handed over. Called once. */
    void ended(int status);
  }

  /**
   * Where and how kernels are started.
   *
   * @param wanted the kernelspec's name or a part of it; {@code *} means any
   */
  record Settings(
      String wanted,
      Map<String, String> environment,
      Path work,
      Spawner spawner,
      EventLoop loop,
      Consumer<String> log) {}

  private final Settings settings;
  private final Events events;
  private final KernelSpec spec;
  private final PrivateDirectory directory;
  private final Channels channels;
  private final UserProcess process;
  private boolean halted;

  Kernel(Settings settings, Events events) throws IOException {
    this.settings = settings;
    this.events = events;
    this.spec = KernelSpec.find(settings.wanted(), settings.environment());
    this.directory = PrivateDirectory.create(settings.log());
    try {
      this.channels = new Channels(settings.loop(), settings.log(), events);
      this.process =
          UserProcess.start(
              settings.spawner(), program(), settings.loop(), settings.log(), new Printed());
    } catch (IOException e) {
      directory.removeAll();
      throw e;
    }
  }

  /** Sends a request; answers its id. */
  String request(Channel channel, String type, Map<String, ?> content) {
    return channels.send(channel, type, null, content);
  }

  /** Answers a message of the kernel, whose header is {@code parent}. */
  void reply(Channel channel, String type, String parent, Map<String, ?> content) {
    channels.send(channel, type, parent, content);
  }

  /** Interrupts what it executes, in the way that its kernelspec asks for. */
  void interrupt() {
    if (spec.interruptByMessage()) {
      request(Channel.CONTROL, "interrupt_request", Map.of());
    } else {
      signal(Signal.INTERRUPT);
    }
  }

  void signal(Signal signal) {
    goOn();
    process.signal(signal);
  }

  /** Takes what came; a kernel whose output has no room is halted until it has. */
  void pump(boolean room) {
    process.reading(room);
    if (room) {
      goOn();
    } else if (!halted) {
      halted = true;
      process.signal(Signal.STOP);
    }
    if (channels.pump(events::hasRoom)) {
      // What was handed over must leave before the loop waits.
      settings.loop().post(() -> {});
    }
  }

  /** Hands over what was printed past its protocol until now. */
  void drain() {
    process.drain();
  }

  private void goOn() {
    if (halted) {
      halted = false;
      process.signal(Signal.CONTINUE);
    }
  }

  private Spawner.Program program() throws IOException {
    Map<String, String> environment = new HashMap<>(settings.environment());
    if (!settings.spawner().endsWithRunner()) {
      // Kernels that know this variable end with the process that it names, their parent.
      environment.put("JPY_PARENT_PID", Long.toString(ProcessHandle.current().pid()));
    }
    environment.putAll(spec.environment());
    List<String> argv = new ArrayList<>(spec.argv());
    String file = channels.writeConnectionFile(directory.path()).toString();
    argv.replaceAll(word -> word.replace(CONNECTION_FILE, file));
    String program = argv.getFirst();
    InterpreterProgram executable =
        new InterpreterProgram(
            program.startsWith("/") ? program : null,
            List.of(program),
            environment,
            settings.work());
    argv.set(0, executable.executable());
    return new Spawner.Program(argv, environment, settings.work(), true).inOwnSession();
  }

  private final class Printed implements UserProcess.Listener {
    @Override
    public void output(boolean isStderr, ByteBuffer text) {
      events.printed(isStderr, text);
    }

    @Override
    public void waitingInput(boolean password) {
      // Its standard input is the null device: kernels ask through their own channel.
    }

    @Override
    public void ended(int status) {
      channels.pump(() -> true);
      channels.close();
      directory.removeAll();
      events.ended(status);
    }
  }
}
