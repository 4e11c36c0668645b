package org.polykern.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.polykern.jail.plugin.CallJudge;
import org.polykern.jail.plugin.CallQuestions;
import org.polykern.jail.policy.PolicyException;
import org.polykern.jail.policy.PolicyFile;
import org.polykern.jail.policy.ShippedPolicies;
import org.polykern.jail.rule.CallAction;
import org.polykern.jail.rule.Policy;

/** What the jail costs; yardstick: the same programs beside it. */
final class JailBench implements Bench {
  private static final double ALLOWED_NS = 120;
  private static final double JUDGED_US = 12;
  private static final double OPEN_US = 2;
  private static final double PERCENT = 3;
  private static final double START_MS = 1.5;
  private static final int REAPED = 2_000;

  /** Rounds of one pair of interpreters. */
  private static final int TURNS = 50;

  /** What allocators and tables keep; a leak of 2,000 records would be more. */
  private static final double KEPT_KIB = 64;

  @Override
  public String name() {
    return "jail";
  }

  @Override
  public String about() {
    return "calls and programs under the shipped policies; yardstick: the same beside the jail";
  }

  @Override
  public List<Figure> run(Bed bed) throws Exception {
    var figures = new ArrayList<Figure>();
    try (var jail = new JailBed(bed.home())) {
      System.err.println("  the helper's mode is " + jail.mode());
      var probe = List.of(jail.compile("jail_probe.c").toString());
      var rounds = bed.quick() ? 100 : 400;
      try (var free = Probe.free(jail, probe)) {
        calls(jail, probe, free, rounds, figures);
        opens(jail, probe, free, rounds, figures);
        questions(jail, probe, free, rounds, figures);
        builds(jail, probe, free, bed.quick() ? 5 : 30, figures);
      }
      python(jail, bed.quick() ? 3 : 25, figures);
      starts(jail, bed.quick() ? 50 : 400, figures);
    }
    return figures;
  }

  private void calls(JailBed jail, List<String> probe, Probe free, int rounds, List<Figure> figures)
      throws Exception {
    var policy = ShippedPolicies.ofLanguage("c");
    try (var jailed = Probe.jailed(jail, policy, null, probe)) {
      add(figures, "allowed call", "ns", ALLOWED_NS, 1, pair(jailed, free, rounds, "a", 5_000, ""));
      add(
          figures,
          "judged creation",
          "us",
          JUDGED_US,
          1e3,
          pair(jailed, free, rounds, "c", 100, ""));
      add(figures, "fork and reap", "us", null, 1e3, pair(jailed, free, rounds, "f", 5, ""));
      reaped(jailed, figures);
    }
  }

  private void reaped(Probe jailed, List<Figure> figures) throws Exception {
    var helper = Path.of("/proc/" + jailed.pid());
    var before = State.of(jailed.pid(), helper);
    jailed.ask("f " + REAPED);
    var after = State.of(jailed.pid(), helper);
    leak(figures, "processes left", "", after.processes - before.processes, 0, before.processes);
    leak(
        figures,
        "descriptors kept",
        "",
        after.descriptors - before.descriptors,
        0,
        before.descriptors);
    leak(
        figures,
        "memory kept",
        "KiB",
        after.kilobytes - before.kilobytes,
        KEPT_KIB,
        before.kilobytes);
  }

  private void leak(
      List<Figure> figures, String what, String unit, double value, double budget, double before) {
    figures.add(new Figure(name(), what + " by " + REAPED, unit, value, budget, before, REAPED));
  }

  /** What one helper holds. */
  private record State(double processes, double descriptors, double kilobytes) {
    static State of(long pid, Path helper) throws Exception {
      try (var descriptors = Files.list(helper.resolve("fd"))) {
        return new State(
            ProcessHandle.of(pid).orElseThrow().descendants().count(),
            descriptors.count(),
            Memory.of(pid).rssMegabytes() * 1024);
      }
    }
  }

  private void opens(JailBed jail, List<String> probe, Probe free, int rounds, List<Figure> figures)
      throws Exception {
    var policy =
        policy(
            "paths: {read: [/bin, /dev, /etc, /lib, /lib64, /proc, /usr], write: [/tmp, %s]}"
                .formatted(jail.directory));
    try (var jailed = Probe.jailed(jail, policy, null, probe)) {
      var file = Files.writeString(jail.directory.resolve("file"), "text\n").toString();
      var near = pair(jailed, free, rounds, "o", 500, " " + file);
      add(figures, "openat, path rules", "us", OPEN_US, 1e3, near);
      var deep = "/usr/lib/python3/../../share/../bin/../../etc/passwd";
      var far = pair(jailed, free, rounds, "o", 500, " " + deep);
      add(figures, "openat of a long way", "us", OPEN_US, 1e3, far);
    }
  }

  private void questions(
      JailBed jail, List<String> probe, Probe free, int rounds, List<Figure> figures)
      throws Exception {
    var policy = policy("traced_syscalls: [getsid]");
    var yes =
        new CallQuestions(
            new CallJudge() {
              @Override
              public CallAction decide(Asked call) {
                return CallAction.Plain.ALLOW;
              }
            });
    try (var jailed = Probe.jailed(jail, policy, yes, probe)) {
      add(
          figures,
          "question judged in Java",
          "us",
          JUDGED_US,
          1e3,
          pair(jailed, free, rounds, "q", 50, ""));
    }
  }

  private void python(JailBed jail, int processes, List<Figure> figures) throws Exception {
    var python = JailBed.program("python3");
    if (python.isEmpty()) {
      System.err.println("  loops of Python are left out: there is no python3 here");
      return;
    }
    var probe = List.of(python.get().toString(), "-u", jail.place("jail_probe.py").toString());
    var plain = new ArrayList<Paired>();
    var numpy = new ArrayList<Paired>();
    for (int i = 0; i < processes; i++) {
      var policy = ShippedPolicies.ofLanguage("python");
      try (var free = Probe.free(jail, probe);
          var jailed = Probe.jailed(jail, policy, null, probe)) {
        plain.add(fastest(jailed, free, "python", 40_000));
        if (free.ask("has 0").equals("1")) {
          numpy.add(fastest(jailed, free, "numpy", 5));
        }
      }
    }
    percent(figures, "Python loop", "ns", 1, Paired.joined(plain));
    if (numpy.isEmpty()) {
      System.err.println("  the loop of numpy is left out: install python3-numpy");
      return;
    }
    percent(figures, "numpy loop", "us", 1e3, Paired.joined(numpy));
  }

  private void builds(
      JailBed jail, List<String> probe, Probe free, int rounds, List<Figure> figures)
      throws Exception {
    if (JailBed.program("make").isEmpty()) {
      System.err.println("  building a C project is left out: install make");
      return;
    }
    var build = "build 1 " + CProject.in(jail.directory);
    var policy = ShippedPolicies.ofLanguage("c");
    try (var jailed = Probe.jailed(jail, policy, null, probe)) {
      var pairs =
          Paired.several(
              rounds, () -> jailed.wallAndProcessors(build), () -> free.wallAndProcessors(build));
      percent(figures, "make -j2", "s", 1e9, pairs.get(0));
      // What other programs on the machine take is not in it, and the helper is.
      percent(figures, "make -j2, processors", "s", 1e9, pairs.get(1));
    }
  }

  private void starts(JailBed jail, int rounds, List<Figure> figures) throws Exception {
    var program = List.of("/bin/true");
    add(figures, "start of /bin/true", "ms", START_MS, 1e6, whole(jail, rounds, program, program));
  }

  private static Paired pair(
      Probe jailed, Probe free, int rounds, String what, int times, String rest) throws Exception {
    return Paired.of(
        rounds, () -> jailed.each(what, times, rest), () -> free.each(what, times, rest));
  }

  private static Paired fastest(Probe jailed, Probe free, String what, int times) throws Exception {
    return Paired.fastest(
        TURNS, () -> jailed.each(what, times, ""), () -> free.each(what, times, ""));
  }

  private static Paired whole(JailBed jail, int rounds, List<String> jailed, List<String> free)
      throws Exception {
    var policy = ShippedPolicies.ofLanguage("c");
    return Paired.of(
        rounds,
        () -> {
          var start = System.nanoTime();
          jail.runJailed(policy, jailed);
          return System.nanoTime() - start;
        },
        () -> {
          var start = System.nanoTime();
          jail.run(free);
          return System.nanoTime() - start;
        });
  }

  /** The thing itself beside its yardstick, and what it needs more beside its budget. */
  private void add(
      List<Figure> figures,
      String what,
      String unit,
      @Nullable Double budget,
      double scale,
      Paired pair) {
    figures.add(figure(what, unit, pair.subject() / scale, null, pair.yardstick() / scale, pair));
    figures.add(figure(what + ", more", unit, pair.more() / scale, budget, null, pair));
  }

  private void percent(List<Figure> figures, String what, String unit, double scale, Paired pair) {
    figures.add(figure(what, unit, pair.subject() / scale, null, pair.yardstick() / scale, pair));
    figures.add(figure(what + ", more", "%", pair.percent(), PERCENT, null, pair));
  }

  private Figure figure(
      String what,
      String unit,
      double value,
      @Nullable Double budget,
      @Nullable Double yardstick,
      Paired pair) {
    return new Figure(name(), what, unit, value, budget, yardstick, pair.rounds());
  }

  private static Policy policy(String lines) throws PolicyException {
    return PolicyFile.read("bench", "version: polykern/1\n" + lines + "\n").policy();
  }
}
