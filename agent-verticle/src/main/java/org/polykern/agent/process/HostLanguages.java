package org.polykern.agent.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.polykern.common.image.ImageFacts;
import org.polykern.common.task.Tasks;

/**
 * The languages of the kernel home whose program is on this host. Programs are asked for their
 * versions side by side, on first need, and once for each state of a program; those that take long
 * appear in a later list.
 */
final class HostLanguages {
  private static final Pattern VERSION = Pattern.compile("\\d+\\.\\d+");
  private static final Pattern BARE_VERSION = Pattern.compile("\\d+");
  private static final int AT_ONCE = 4;

  private final Path directory;
  private final List<Path> path;
  private final List<String> prefix;
  private final boolean namespaces;
  private final VersionCache versions;
  private final Tasks tasks;
  private final Semaphore probes = new Semaphore(AT_ONCE);
  private final Map<String, CompletableFuture<String>> asked = new ConcurrentHashMap<>();

  /**
   * @param directory with the {@code .language} files
   * @param path directories where programs are looked for, as kernels do
   * @param prefix command in front of a probe, which drops to the kernels' user
   * @param namespaces whether directories such as /home are covered in a kernel
   */
  HostLanguages(
      Path directory,
      String path,
      List<String> prefix,
      boolean namespaces,
      VersionCache versions,
      Tasks tasks) {
    this.directory = directory;
    this.path = Pattern.compile(":").splitAsStream(path).map(Path::of).toList();
    this.prefix = List.copyOf(prefix);
    this.namespaces = namespaces;
    this.versions = versions;
    this.tasks = tasks;
  }

  /** Images of all languages whose programs tell their versions within the limit. */
  List<ImageFacts> list(Duration limit) {
    record Candidate(DeclaredLanguage language, Path program, CompletableFuture<String> version) {}
    var candidates = new ArrayList<Candidate>();
    for (var language : DeclaredLanguage.in(directory)) {
      if (!language.name().equals(HostPythons.RUNTIME)) {
        program(language)
            .ifPresent(
                found -> candidates.add(new Candidate(language, found, version(language, found))));
      }
    }
    var deadline = System.nanoTime() + limit.toNanos();
    var images = new ArrayList<ImageFacts>();
    for (var candidate : candidates) {
      var version = await(candidate.version(), deadline);
      if (version != null && !version.isEmpty()) {
        var program = new HostProgram(candidate.language().name(), candidate.program(), version);
        var language = candidate.language();
        images.add(program.facts(language.imageNames(version), language.memory()));
      }
    }
    return images;
  }

  private Optional<Path> program(DeclaredLanguage language) {
    return language.programs().stream()
        .flatMap(name ->
            name.startsWith("/")
                ? java.util.stream.Stream.of(Path.of(name))
                : path.stream().map(dir -> dir.resolve(name)))
        .filter(file -> Files.isExecutable(file) && !Files.isDirectory(file))
        .filter(file -> !(namespaces && HostProgram.isCovered(file)))
        .findFirst();
  }

  private CompletableFuture<String> version(DeclaredLanguage language, Path program) {
    var key = language.version() + "|" + program + "|" + HostProgram.stamp(program);
    return asked.computeIfAbsent(
        key,
        k -> {
          var known = versions.get(k);
          var answer = new CompletableFuture<String>();
          if (known != null) {
            answer.complete(known);
          } else {
            tasks.start("version-of-" + language.name(), () -> ask(language, program, k, answer));
          }
          return answer;
        });
  }

  private void ask(
      DeclaredLanguage language, Path program, String key, CompletableFuture<String> answer)
      throws InterruptedException {
    probes.acquire();
    try {
      var command = new ArrayList<>(prefix);
      command.addAll(
          List.of(
              "/bin/sh",
              "-c",
              "RT=$1; export RT\n" + language.version(),
              "version",
              program.toString()));
      var outcome = Commands.run(command);
      var version = outcome.worked() ? find(outcome.output()) : "";
      if (outcome.code() >= 0) {
        versions.put(key, version);
      }
      answer.complete(version);
    } finally {
      probes.release();
      answer.complete("");
    }
  }

  /** Major and minor number; empty when there is none. */
  static String find(String output) {
    for (var pattern : List.of(VERSION, BARE_VERSION)) {
      var found = pattern.matcher(output);
      if (found.find()) {
        return found.group();
      }
    }
    return "";
  }

  private static @Nullable String await(CompletableFuture<String> version, long deadline) {
    try {
      return version.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}
