package org.polykern.cli.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.polykern.cli.client.ApiClient;
import org.polykern.cli.client.BatchCommands;
import org.polykern.cli.client.ClientException;
import org.polykern.cli.client.RunListener;
import org.polykern.cli.client.RunLoop;
import org.polykern.cli.client.RunStep;
import org.polykern.cli.client.SessionClient;

/** Runs code in a session and shows it. The first Ctrl-C interrupts the code, the second quits. */
public final class Execution implements RunListener {
  /** Exit code of a program that was stopped by Ctrl-C, and of the kernel's loss. */
  public static final int INTERRUPTED = 130;

  /** Exit code when nobody reads the output any more, as a shell shows SIGPIPE. */
  private static final int BROKEN_PIPE = 141;

  private final RunLoop loop;
  private final Terminal terminal;
  private final boolean json;
  private final MediaFiles media;
  private final Runnable onQuit;
  private final ArrayNode console = ApiClient.JSON.createArrayNode();
  private final AtomicInteger interrupts = new AtomicInteger();
  private boolean unread;
  private boolean toldOfReconnecting;

  /**
   * One run.
   *
   * @param json collect the output for one document instead of printing it
   * @param mediaDirectory where pictures go; null = nowhere
   * @param onQuit done before the process ends at the second Ctrl-C; runs on the signal thread
   */
  public Execution(
      SessionClient sessions,
      Terminal terminal,
      boolean json,
      @Nullable Path mediaDirectory,
      Runnable onQuit) {
    this.loop = new RunLoop(sessions, this);
    this.terminal = terminal;
    this.json = json;
    this.media = new MediaFiles(mediaDirectory);
    this.onQuit = onQuit;
  }

  /**
   * How a run ended.
   *
   * @param exitCode for the process to mirror
   * @param document the run as one JSON object
   */
  public record Outcome(int exitCode, ObjectNode document) {}

  /**
   * Runs the snippets one after another to their ends; the first that fails is the last.
   *
   * @param snippets at least one
   */
  public Outcome run(String target, List<String> snippets) {
    return watched(runs -> {
      RunStep last = runs.run(target, snippets.getFirst());
      for (String snippet : snippets.subList(1, snippets.size())) {
        if (last.exitCode() != null && last.exitCode() != 0) {
          break;
        }
        last = runs.run(target, snippet);
      }
      return last;
    });
  }

  /** Cleans, builds and executes. */
  public Outcome batch(String target, BatchCommands commands) {
    return watched(runs -> runs.runBatch(target, commands));
  }

  private Outcome watched(Function<RunLoop, RunStep> work) {
    try (var _ = CaughtSignal.on("INT", this::interrupted)) {
      return outcome(work.apply(loop));
    }
  }

  private Outcome outcome(RunStep last) {
    Integer reported = last.exitCode();
    int exitCode = reported == null ? 0 : reported & 0xff;
    if (interrupts.get() > 0 && exitCode != 0) {
      exitCode = INTERRUPTED;
    } else if (unread) {
      exitCode = BROKEN_PIPE;
    }
    ObjectNode document = ApiClient.JSON.createObjectNode();
    document.put("runId", last.runId()).put("status", last.status());
    document.put("exitCode", reported).set("console", console);
    return new Outcome(exitCode, document);
  }

  @Override
  public void output(List<RunStep.Item> items) {
    if (json) {
      items.forEach(item -> console.addArray().add(item.kind()).add(item.value()));
      return;
    }
    items.forEach(this::print);
    terminal.err().flush();
    if (terminal.out().checkError() && !unread) {
      unread = true;
      loop.interrupt();
    }
  }

  private void print(RunStep.Item item) {
    JsonNode value = item.value();
    switch (item.kind()) {
      case "stdout" -> terminal.out().print(value.asText());
      case "stderr" -> {
        // In a terminal both go to one screen: keep their order.
        terminal.out().flush();
        terminal.err().print(value.asText());
      }
      case "html" -> terminal.out().println(media.show("text/html", value.asText()));
      case "media" ->
          terminal.out().println(media.show(value.path(0).asText(), value.path(1).asText()));
      case "log" -> terminal.err().println(value.path(value.size() - 1).asText());
      default -> {
        // Kinds that a newer server may add are for newer clients.
      }
    }
  }

  @Override
  public void stepFinished(String name, @Nullable Integer exitCode) {
    if (exitCode != null && exitCode != 0) {
      terminal.out().flush();
      terminal.err().println("The " + name + " step failed with exit code " + exitCode + ".");
    }
  }

  @Override
  public @Nullable String input(boolean password) {
    terminal.out().flush();
    String line = terminal.readLine(password);
    if (line == null) {
      terminal.err().println("The program asks for input, but standard input is at its end.");
    }
    return line;
  }

  @Override
  public void reconnecting(ClientException reason) {
    if (!toldOfReconnecting) {
      toldOfReconnecting = true;
      terminal.err().println("Connection lost, still trying again: " + reason.getMessage());
    }
  }

  private void interrupted() {
    if (interrupts.incrementAndGet() == 1) {
      terminal.err().println("\nInterrupting; press Ctrl-C again to quit.");
      Thread.ofVirtual().name("cli-interrupt").start(this::interruptQuietly);
      return;
    }
    loop.leave();
    onQuit.run();
    Runtime.getRuntime().halt(INTERRUPTED);
  }

  private void interruptQuietly() {
    try {
      loop.interrupt();
    } catch (ClientException e) {
      terminal.err().println("error: " + e.getMessage());
    }
  }
}
