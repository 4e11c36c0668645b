package org.polykern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.polykern.cli.client.ApiClient;
import org.polykern.cli.client.ApiException;
import org.polykern.cli.client.RunLoop;
import org.polykern.cli.client.RunStep;
import org.polykern.cli.client.SessionClient;
import org.polykern.cli.client.SessionSpec;
import org.polykern.e2e.Product.Result;

/** Tries all cells of one language's row, in one session of a running instance. */
final class LanguageCheck {
  private static final Duration OFFER_PATIENCE = Duration.ofSeconds(60);
  private static final Duration CELL_PATIENCE = Duration.ofSeconds(90);
  private static final String TEXT = "sunny";

  /** A column of the table. */
  enum Cell {
    QUERY,
    STATE,
    BATCH,
    INPUT,
    INTERRUPT,
    ERROR,
    COMPLETION;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Product product;
  private final ApiClient api;
  private final SessionClient sessions;
  private final LanguageCase language;
  private final String image;
  private final String session;
  private final Path directory;

  /**
   * @param image reference or alias of the language's image
   * @param directory where the files of the batch are written
   */
  LanguageCheck(
      Product product, ApiClient api, LanguageCase language, String image, Path directory) {
    this.product = product;
    this.api = api;
    this.sessions = new SessionClient(api);
    this.language = language;
    this.image = image;
    this.session = "matrix-" + language.name();
    this.directory = directory;
  }

  /** What a run of a snippet came to. */
  private record Ran(int exitCode, String out, String err) {}

  /** What is wrong with each cell that can be; empty text where all is well. */
  Map<Cell, String> run() {
    Map<Cell, String> wrong = new EnumMap<>(Cell.class);
    try (ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
      create();
      for (Cell cell : Cell.values()) {
        if (!language.none().containsKey(cell.label())) {
          wrong.put(cell, attempt(thread, cell));
        }
      }
    } finally {
      destroy();
    }
    return wrong;
  }

  private void create() {
    SessionSpec spec = new SessionSpec(session, image, Map.of(), Map.of(), true, false, 120);
    // A program that tells its version slowly is offered a little after the start.
    Awaitility.await()
        .atMost(OFFER_PATIENCE)
        .ignoreExceptionsMatching(e -> e instanceof ApiException refused && refused.status() == 404)
        .until(() -> sessions.create(spec).status().equals("RUNNING"));
  }

  private void destroy() {
    try {
      sessions.destroy(session, true);
    } catch (ApiException e) {
      // It never came to be, which its test has said.
    }
  }

  private String attempt(ExecutorService thread, Cell cell) {
    var attempt =
        thread.submit(() -> {
          check(cell);
          return "";
        });
    try {
      return attempt.get(CELL_PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      destroy();
      attempt.cancel(true);
      return "did not end within " + CELL_PATIENCE.toSeconds() + " s";
    } catch (java.util.concurrent.ExecutionException e) {
      return String.valueOf(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }

  private void check(Cell cell) throws IOException {
    switch (cell) {
      case QUERY -> shows("query");
      case STATE -> state();
      case BATCH -> batch();
      case INPUT -> input();
      case INTERRUPT -> interrupt();
      case ERROR -> error();
      case COMPLETION -> completion();
    }
  }

  private void shows(String key) {
    Ran ran = run(language.text(key), new Transcript());
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out()).contains("42");
    assertThat(ran.exitCode()).isZero();
  }

  private void state() {
    Result result =
        product.cli(
            "run", "-t", session, "-c", language.text("set"), "-c", language.text("get"), image);
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).contains("42");
    assertThat(result.exitCode()).isZero();
  }

  private void batch() throws IOException {
    List<String> command = new ArrayList<>(List.of("run", "-t", session));
    if (!language.text("exec", "").isEmpty()) {
      command.addAll(List.of("--exec", language.text("exec")));
    }
    Files.createDirectories(directory);
    for (var file : language.files().entrySet()) {
      command.add(Files.writeString(directory.resolve(file.getKey()), file.getValue()).toString());
    }
    command.add(Files.writeString(directory.resolve("in.txt"), TEXT + "\n").toString());
    command.add(image);
    Result result = product.cli(command.toArray(String[]::new));
    assertThat(result.out()).as("stdout; stderr: %s", result.err()).contains(TEXT);
    assertThat(result.exitCode()).as("exit code; stderr: %s", result.err()).isEqualTo(3);
    sessions.download(session, "out.txt", directory.resolve("out.txt"));
    assertThat(directory.resolve("out.txt")).content().isEqualToIgnoringNewLines(TEXT);
  }

  private void input() {
    Transcript answering =
        new Transcript() {
          @Override
          public String input(boolean password) {
            assertThat(password).isFalse();
            assertThat(out.toString()).isEqualTo("Name? ");
            return "Zoë";
          }
        };
    Ran ran = run(language.text("input"), answering);
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out().strip()).startsWith("Name? ").endsWith("Hello Zoë");
    assertThat(ran.exitCode()).isZero();
  }

  private void interrupt() {
    Transcript interrupting =
        new Transcript() {
          private boolean asked;

          @Override
          public void output(List<RunStep.Item> items) {
            super.output(items);
            if (!asked && out.toString().contains("on")) {
              asked = true;
              sessions.interrupt(session);
            }
          }
        };
    Ran ran = run(language.text("busy"), interrupting);
    assertThat(ran.exitCode())
        .as("exit code; stderr: %s", ran.err())
        .isIn(130, language.number("interrupted", 130));
    remembers();
  }

  private void error() {
    Ran ran = run(language.text("error"), new Transcript());
    assertThat(ran.err()).contains(language.text("complaint")).doesNotContain(".driver");
    assertThat(ran.exitCode()).isEqualTo(language.number("failed", 1));
    remembers();
  }

  /** That no variable was lost. */
  private void remembers() {
    if (!language.none().containsKey(Cell.STATE.label())) {
      shows("get");
    }
  }

  private void completion() {
    String partial = language.text("partial");
    ObjectNode body = ApiClient.JSON.createObjectNode().put("code", partial);
    body.putObject("options")
        .put("row", 0)
        .put("col", partial.length())
        .put("line", partial)
        .put("post", "");
    // A compiler that completes for the first time may take longer than an answer may (5 s); the
    // answer is empty then.
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(completions(body)).contains(language.text("word")));
  }

  private List<String> completions(ObjectNode body) {
    List<String> found = new ArrayList<>();
    api.call("POST", "/session/" + session + "/complete", body)
        .path("result")
        .path("completions")
        .forEach(word -> found.add(word.asText()));
    return found;
  }

  private Ran run(String code, Transcript transcript) {
    RunStep last = new RunLoop(sessions, transcript).run(session, code);
    Integer exitCode = last.exitCode();
    return new Ran(
        exitCode == null ? -1 : exitCode, transcript.out.toString(), transcript.err.toString());
  }
}
