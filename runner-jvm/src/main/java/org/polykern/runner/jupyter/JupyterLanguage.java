package org.polykern.runner.jupyter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.json.JsonObject;
import org.polykern.runner.json.JsonText;
import org.polykern.runner.jupyter.Channels.Channel;
import org.polykern.runner.language.InterpreterLanguage;
import org.polykern.runner.language.InterpreterProgram;
import org.polykern.runner.loop.EventLoop;
import org.polykern.runner.spawn.Signal;
import org.polykern.runner.spawn.Spawner;

/** The query mode of runtimes whose interpreter is a Jupyter kernel. */
public final class JupyterLanguage extends InterpreterLanguage<Kernel> implements Kernel.Events {
  private static final int INTERRUPTED = 130;
  private static final Duration READY_LIMIT = Duration.ofSeconds(60);
  private static final Duration GREETING_INTERVAL = Duration.ofMillis(100);

  /** How long output that was printed before a question may take on its own socket. */
  private static final Duration QUESTION_DELAY = Duration.ofMillis(20);

  /** The run that is being executed. */
  private static final class Execution {
    private final String request;
    private @Nullable Integer exitCode;
    private boolean idle;
    private boolean interrupted;
    private @Nullable String question;

    Execution(String request) {
      this.request = request;
    }
  }

  private final Kernel.Settings settings;
  private final Map<String, Integer> completionRequests = new HashMap<>();
  private @Nullable Execution execution;
  private boolean replied;
  private boolean published;

  /**
   * @param wanted the kernelspec's name or a part of it; {@code *} means any
   * @param program environment and directory of the kernel
   */
  public JupyterLanguage(
      String wanted,
      InterpreterProgram program,
      Spawner spawner,
      EventLoop loop,
      Consumer<String> log,
      Listener listener) {
    super("The Jupyter kernel", READY_LIMIT, loop, log, listener);
    this.settings =
        new Kernel.Settings(wanted, program.environment(), program.directory(), spawner, loop, log);
  }

  @Override
  protected Kernel launch() throws IOException {
    replied = false;
    published = false;
    Kernel started = new Kernel(settings, this);
    loop.post(() -> greet(started));
    return started;
  }

  @Override
  protected void execute(Kernel running, byte[] source) {
    Map<String, Object> content =
        Map.of(
            "code", new String(source, StandardCharsets.UTF_8),
            "silent", false,
            "store_history", true,
            "user_expressions", Map.of(),
            "allow_stdin", true,
            // The runner's queue decides what follows an error; a kernel that stops by itself
            // throws
            // away the next run when that comes at once.
            "stop_on_error", false);
    text.begin();
    execution = new Execution(running.request(Channel.SHELL, "execute_request", content));
  }

  @Override
  protected void signal(Kernel running, Signal signal) {
    if (execution != null) {
      execution.interrupted = true;
    }
    if (signal == Signal.INTERRUPT) {
      running.interrupt();
    } else {
      running.signal(signal);
    }
  }

  @Override
  public void input(byte[] line) {
    Kernel kernel = process();
    Execution running = execution;
    if (kernel != null && running != null && running.question != null) {
      Map<String, String> content = Map.of("value", new String(line, StandardCharsets.UTF_8));
      kernel.reply(Channel.STDIN, "input_reply", running.question, content);
      running.question = null;
    }
  }

  @Override
  public void complete(String id, String code) {
    Kernel kernel = process();
    if (kernel == null || !isReady() || execution != null) {
      completions.nothing(id);
      return;
    }
    Map<String, Object> content =
        Map.of("code", code, "cursor_pos", code.codePointCount(0, code.length()));
    String request = kernel.request(Channel.SHELL, "complete_request", content);
    completionRequests.put(request, completions.ask(id));
  }

  @Override
  public void adjustReading() {
    Kernel kernel = process();
    if (kernel != null) {
      kernel.pump(hasRoom());
    }
  }

  @Override
  public boolean hasRoom() {
    // After an interrupt all must be read, or its end would never be seen.
    return text.hasRoom() || (execution != null && execution.interrupted);
  }

  @Override
  public void printed(boolean isStderr, ByteBuffer bytes) {
    text.add(isStderr, bytes);
  }

  /** Asks until both sockets have answered: what is published before one listens is lost. */
  private void greet(Kernel started) {
    if (process() == started && !isReady()) {
      started.request(Channel.SHELL, "kernel_info_request", Map.of());
      loop.after(GREETING_INTERVAL, () -> greet(started));
    }
  }

  @Override
  public void take(Channel channel, Message message) {
    replied |= channel == Channel.SHELL;
    published |= channel == Channel.IOPUB;
    if (replied && published) {
      becameReady();
    }
    Execution running = execution;
    if (message.type().equals("complete_reply")) {
      answer(message.parent(), message.content());
    } else if (running != null && message.parent().equals(running.request)) {
      belongs(running, message);
    }
  }

  private void belongs(Execution running, Message message) {
    JsonObject content = message.content();
    switch (message.type()) {
      case "stream" -> {
        boolean error = "stderr".equals(content.text("name"));
        print(error, content.text("text"));
      }
      case "execute_result", "display_data" -> {
        if (content.members().get("data") instanceof JsonObject data) {
          Bundle.show(data, listener::output);
        }
      }
      case "error" -> {
        if (content.members().get("traceback") instanceof List<?> lines) {
          lines.forEach(line -> print(true, line + "\n"));
        }
      }
      case "input_request" -> {
        running.question = message.header();
        loop.after(QUESTION_DELAY, () -> ask(running, content));
      }
      case "status" -> {
        running.idle |= "idle".equals(content.text("execution_state"));
        endIfOver(running);
      }
      case "execute_reply" -> {
        running.exitCode = exitCode(running, content);
        endIfOver(running);
      }
      default -> {}
    }
  }

  private void ask(Execution running, JsonObject content) {
    if (execution == running && running.question != null) {
      adjustReading();
      print(false, content.text("prompt"));
      listener.waitingInput(Boolean.TRUE.equals(content.members().get("password")));
    }
  }

  private void endIfOver(Execution running) {
    if (running.idle && running.exitCode != null) {
      end(running.exitCode);
    }
  }

  @Override
  protected void end(int exitCode) {
    Kernel kernel = process();
    if (kernel != null) {
      // It was written before the kernel said that it has ended, but comes by another way.
      kernel.drain();
    }
    execution = null;
    super.end(exitCode);
  }

  private static int exitCode(Execution running, JsonObject content) {
    if ("ok".equals(content.text("status"))) {
      return 0;
    }
    if (running.interrupted) {
      return INTERRUPTED;
    }
    String value = content.text("evalue");
    if ("SystemExit".equals(content.text("ename")) && value != null && value.matches("\\d{1,3}")) {
      return Integer.parseInt(value);
    }
    return 1;
  }

  @Override
  public void ended(int status) {
    completionRequests.clear();
    super.ended(status);
  }

  private void answer(String request, JsonObject content) {
    Integer number = completionRequests.remove(request);
    if (number != null) {
      List<String> items = new ArrayList<>();
      if (content.members().get("matches") instanceof List<?> found) {
        found.forEach(match -> items.add(JsonText.of(match)));
      }
      completions.answer(number, String.join(", ", items));
    }
  }

  private void print(boolean isStderr, @Nullable String printed) {
    if (printed != null) {
      text.add(isStderr, ByteBuffer.wrap(printed.getBytes(StandardCharsets.UTF_8)));
    }
  }
}
