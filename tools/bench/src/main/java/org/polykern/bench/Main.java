package org.polykern.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./polykern bench [NAME...]}: every bench, or the named ones. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measures the budgets, each beside its yardstick.")
public final class Main implements Callable<Integer> {
  private static final List<Bench> BENCHES =
      List.of(
          new ExecuteBench(),
          new StreamBench(),
          new ColdStartBench(),
          new RunnerBench(),
          new IdleMemoryBench(),
          new InstanceStartBench(),
          new JailBench());

  @Parameters(description = "Benches to run; all when none is named.")
  private List<String> names = new ArrayList<>();

  @Option(names = "--list", description = "Say which benches there are.")
  private boolean list;

  @Option(names = "--quick", description = "Fewer samples, for a first look.")
  private boolean quick;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as JSON too.")
  private @Nullable Path json;

  @Option(
      names = "--home",
      hidden = true,
      description = "The repository's root.",
      defaultValue = "${sys:polykern.home:-.}")
  private Path home = Path.of(".");

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Main()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    if (list) {
      BENCHES.forEach(bench -> System.out.printf("%-10s %s%n", bench.name(), bench.about()));
      return 0;
    }
    for (var name : names) {
      if (BENCHES.stream().noneMatch(bench -> bench.name().equals(name))) {
        System.err.println(
            "error: no bench is called '" + name + "'; './polykern bench --list' names them");
        return 2;
      }
    }
    var bed = new Bed(home.toAbsolutePath().normalize(), quick);
    var figures = new ArrayList<Figure>();
    var failed = false;
    for (var bench : BENCHES) {
      if (!names.isEmpty() && !names.contains(bench.name())) {
        continue;
      }
      System.err.println("measuring " + bench.name() + ": " + bench.about());
      try {
        figures.addAll(bench.run(bed));
      } catch (Exception e) {
        failed = true;
        System.err.println("error: " + bench.name() + " could not be measured: " + e.getMessage());
      }
    }
    Report.table(figures, System.out);
    if (json != null) {
      Report.json(figures, json);
    }
    return failed ? 1 : 0;
  }
}
