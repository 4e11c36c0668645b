package org.polykern.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.polykern.agent.runnerlink.OutputKind;
import org.polykern.agent.runnerlink.RunnerHello;
import org.polykern.common.bus.RunCommand.ConsoleItem;
import org.polykern.common.bus.RunCommand.Execute;
import org.polykern.common.bus.RunCommand.Mode;
import org.polykern.common.bus.RunCommand.Outcome;
import org.polykern.common.id.KernelId;
import org.polykern.common.id.RunId;

/**
 * However output is cut, repeated and read: every character arrives once, in its stream's order.
 */
final class OutputPropertyTest {
  record Piece(boolean stderr, String text, boolean readAfter, boolean repeatAfter) {}

  @Provide
  Arbitrary<List<Piece>> pieces() {
    var texts =
        Arbitraries.oneOf(
            Arbitraries.strings().withChars("ab\u00e9\u20ac\n").ofMaxLength(20),
            Arbitraries.just("\ud83d\ude00"),
            Arbitraries.integers().between(60_000, 700_000).map("x"::repeat));
    return Combinators.combine(
            Arbitraries.of(true, false),
            texts,
            Arbitraries.of(true, false, false),
            Arbitraries.of(true, false, false))
        .as(Piece::new)
        .list()
        .ofMaxSize(15);
  }

  @Property(tries = 150)
  void shouldLoseAndReorderNothing(@ForAll("pieces") List<Piece> pieces) {
    var runner = new FakeRunner();
    var runs = new KernelRuns(runner, System::nanoTime, NoLogs.HERE, false);
    var items = new ArrayList<ConsoleItem>();
    read(runs, Mode.QUERY, items);
    var seq = 0L;
    for (var piece : pieces) {
      var kind = piece.stderr() ? OutputKind.STDERR : OutputKind.STDOUT;
      runs.onOutput(kind, "r", ++seq, piece.text().getBytes(StandardCharsets.UTF_8));
      if (piece.repeatAfter()) {
        runs.onHello(new RunnerHello("python", seq + 1, List.of()));
        for (var again = Math.max(1, seq - 2); again <= seq; again++) {
          var old = pieces.get((int) again - 1);
          runs.onOutput(
              old.stderr() ? OutputKind.STDERR : OutputKind.STDOUT,
              "r",
              again,
              old.text().getBytes(StandardCharsets.UTF_8));
        }
      }
      if (piece.readAfter()) {
        read(runs, Mode.CONTINUE, items);
      }
    }
    runs.onOutput(
        OutputKind.FINISHED, "r", ++seq, "{\"exitCode\":0}".getBytes(StandardCharsets.UTF_8));
    while (!read(runs, Mode.CONTINUE, items).equals("finished")) {
      assertThat(items.size()).isLessThan(1000);
    }
    for (var stderr : List.of(true, false)) {
      var sent = new StringBuilder();
      pieces.stream().filter(p -> p.stderr() == stderr).forEach(p -> sent.append(p.text()));
      var got = new StringBuilder();
      items.stream()
          .filter(item -> item.kind().equals(stderr ? "stderr" : "stdout"))
          .forEach(item -> got.append(item.text()));
      assertThat(got.compareTo(sent)).isZero();
    }
    assertThat(runner.acked).isEqualTo(seq);
  }

  private static String read(KernelRuns runs, Mode mode, List<ConsoleItem> items) {
    var call = new Execute(KernelId.random(), new RunId("r"), mode, "", Map.of(), 0, 50);
    var result = (Outcome.Result) runs.execute(call);
    for (var stream : List.of("stdout", "stderr")) {
      var points =
          result.console().stream()
              .filter(item -> item.kind().equals(stream))
              .mapToInt(item -> item.text().codePointCount(0, item.text().length()))
              .sum();
      assertThat(points).isLessThanOrEqualTo(Console.LIMIT_POINTS);
    }
    assertThat(result.console()).noneMatch(item -> item.text().isEmpty());
    items.addAll(result.console());
    return result.status();
  }
}
