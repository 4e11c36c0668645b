package org.polykern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.polykern.cli.client.ApiClient;
import org.polykern.cli.client.BatchCommands;
import org.polykern.cli.client.MultipartFiles;
import org.polykern.cli.client.RunLoop;
import org.polykern.cli.client.RunStep;
import org.polykern.cli.client.SessionClient;
import org.polykern.cli.client.SessionSpec;

/** A session in which the attacks were compiled, and are run one after the other. */
final class AttackSession implements AutoCloseable {
  private static final long SECONDS_OF_ONE_RUN = 90;
  private static final int FILES_OF_ONE_REQUEST = 20;

  private final ApiClient api;
  private final SessionClient sessions;
  private final String name;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** How a run ended. */
  record Ran(int exitCode, String out, String err) {
    /** The line that the table has. */
    String said() {
      String end = exitCode > 128 ? "signal " + (exitCode - 128) : "exit " + exitCode;
      String line = out.strip();
      return exitCode == 0 ? line : line.isEmpty() ? end : line + ", " + end;
    }
  }

  AttackSession(Product product, String name, String image) {
    this.api = new ApiClient(product.config());
    this.sessions = new SessionClient(api);
    this.name = name;
    sessions.create(new SessionSpec(name, image, Map.of(), Map.of("mem", "1g"), true, false, 120));
  }

  /** Needs a compiler in the session. */
  void compile() throws IOException {
    List<Path> sources = AttackRow.sources();
    for (int from = 0; from < sources.size(); from += FILES_OF_ONE_REQUEST) {
      MultipartFiles files = new MultipartFiles();
      sources.stream()
          .skip(from)
          .limit(FILES_OF_ONE_REQUEST)
          .forEach(source -> files.add(source, source.getFileName().toString()));
      sessions.upload(name, files);
    }
    Ran built =
        execute(
            "for file in *.c; do gcc -O0 -w -pthread -o \"${file%.c}\" \"$file\" || exit 1; done");
    assertThat(built.exitCode()).as(built.err()).isZero();
  }

  Ran attack(AttackRow attack) {
    return execute("exec ./" + attack.command());
  }

  /** Runs a shell command as a batch. */
  Ran execute(String command) {
    return ran(transcript ->
        new RunLoop(sessions, transcript).runBatch(name, new BatchCommands(null, null, command)));
  }

  /** Runs a snippet of the session's language. */
  Ran query(String code) {
    return ran(transcript -> new RunLoop(sessions, transcript).run(name, code));
  }

  void upload(Path file, String target) {
    sessions.upload(name, new MultipartFiles().add(file, target));
  }

  void download(String remote, Path local) {
    sessions.download(name, remote, local);
  }

  private interface Run {
    RunStep with(Transcript transcript);
  }

  /** An attack that succeeds may leave nobody who answers. */
  private Ran ran(Run run) {
    Transcript transcript = new Transcript();
    try {
      RunStep last =
          threads.submit(() -> run.with(transcript)).get(SECONDS_OF_ONE_RUN, TimeUnit.SECONDS);
      Integer exitCode = last.exitCode();
      return new Ran(
          exitCode == null ? -1 : exitCode, transcript.out.toString(), transcript.err.toString());
    } catch (TimeoutException e) {
      throw new AssertionError(
          "Expected an end, but the session says nothing any more: " + transcript.out, e);
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    sessions.destroy(name, true);
    api.close();
  }
}
