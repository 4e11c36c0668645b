package org.polykern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.cli.client.ApiClient;
import org.polykern.e2e.LanguageCheck.Cell;

/**
 * Every language times everything that the API can do with it, as README.md promises. A language
 * that this machine lacks is skipped by name, or fails where POLYKERN_REQUIRE_LANGUAGES is set.
 */
@ExtendWith(SharedProduct.class)
class LanguageMatrixIT {
  /** As many as there are cores on the smallest machine that we care for. */
  private static final int AT_ONCE = 2;

  private static final boolean REQUIRED = System.getenv("POLYKERN_REQUIRE_LANGUAGES") != null;

  @TempDir Path directory;
  private final Map<String, LanguageCase> cases = LanguageCase.all();

  @Test
  void shouldHaveACaseForEachLanguage() throws IOException {
    assertThat(cases.keySet())
        .as("sections of languages.cases")
        .containsExactlyInAnyOrderElementsOf(LanguageTable.declared());
  }

  @TestFactory
  Stream<DynamicTest> shouldServeEveryLanguageOfThisMachine(Product product) throws IOException {
    Map<LanguageCase, String> images = new LinkedHashMap<>();
    for (LanguageCase row : cases.values()) {
      if (HostLanguage.isInstalled(row.name())) {
        images.put(row, row.name());
      }
    }
    Map<String, Map<Cell, String>> results = new LinkedHashMap<>();
    return Stream.concat(
        tests(product, images, results, "process", REQUIRED),
        Stream.of(DynamicTest.dynamicTest("README.md", () -> compare(results))));
  }

  @TestFactory
  Stream<DynamicTest> shouldServeEveryImageOfTheEngine(@OnDocker Product product)
      throws IOException {
    Map<LanguageCase, String> images = new LinkedHashMap<>();
    for (LanguageCase row : cases.values()) {
      String image = Repository.recipe(row.name(), "image");
      if (!image.isEmpty() && DockerEngine.hasImage(image)) {
        images.put(row, image);
      }
    }
    return tests(product, images, new LinkedHashMap<>(), "docker", false);
  }

  /** Begins with all at once, {@value #AT_ONCE} at a time; the tests wait for theirs. */
  private Stream<DynamicTest> tests(
      Product product,
      Map<LanguageCase, String> images,
      Map<String, Map<Cell, String>> results,
      String backend,
      boolean required) {
    ApiClient api = new ApiClient(product.config());
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    Map<LanguageCase, Future<Map<Cell, String>>> begun = new LinkedHashMap<>();
    images.forEach((row, image) -> {
      Path place = directory.resolve(backend + "-" + row.name());
      begun.put(
          row, threads.submit(() -> new LanguageCheck(product, api, row, image, place).run()));
    });
    threads.shutdown();
    return cases.values().stream()
        .map(row ->
            DynamicTest.dynamicTest(
                row.name(), () -> conclude(row, begun.get(row), results, required)))
        .onClose(() -> {
          threads.shutdownNow();
          api.close();
        });
  }

  private static void conclude(
      LanguageCase row,
      @org.jspecify.annotations.Nullable Future<Map<Cell, String>> begun,
      Map<String, Map<Cell, String>> results,
      boolean required)
      throws InterruptedException, ExecutionException {
    if (begun == null) {
      assertThat(required && row.absent().isEmpty())
          .as("Expected %s on this machine, but its program is missing.", row.name())
          .isFalse();
      Assumptions.abort("Left out " + row.name() + ": it is not here. " + row.absent());
      return;
    }
    Map<Cell, String> wrong = begun.get();
    results.put(row.name(), wrong);
    assertThat(
            wrong.entrySet().stream()
                .filter(cell -> !cell.getValue().isEmpty())
                .map(cell -> cell.getKey().label() + ": " + cell.getValue())
                .collect(Collectors.joining("\n\n")))
        .isEmpty();
  }

  private void compare(Map<String, Map<Cell, String>> results) throws IOException {
    LanguageTable table = new LanguageTable(cases.values());
    List<String> rendered = new ArrayList<>(table.render(results));
    Path file = Repository.root().resolve("tools/e2e/target/languages.md");
    Files.createDirectories(file.getParent());
    Files.write(file, rendered);
    assertThat(table.missing(rendered, results))
        .as(
            "lines that README.md lacks between its markers; copy them from %s",
            Repository.root().relativize(file))
        .isEmpty();
  }
}
