package org.polykern.common.bus;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.polykern.common.id.AgentId;
import org.polykern.common.id.KernelId;
import org.polykern.common.id.RunId;
import org.polykern.common.id.SessionId;
import org.polykern.common.image.ImageFacts;
import org.polykern.common.kernel.KernelObserved;
import org.polykern.common.kernel.KernelSpec;
import org.polykern.common.kernel.KernelState;
import org.polykern.common.kernel.ServicePort;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.resource.ResourceSlots;

/** Messages of every kind: full ones, and the barest ones that their types allow. */
final class Samples {
  private static final UUID ID = UUID.fromString("00000000-0000-4000-8000-000000000001");
  private static final KernelId KERNEL = new KernelId(ID);
  private static final SessionId SESSION = new SessionId(ID);
  private static final AgentId AGENT = new AgentId("i-node_1.example");
  private static final Bytes BYTES = new Bytes(new byte[] {0, -1, 127, -128});
  private static final Instant AT = Instant.parse("2026-11-21T10:20:30.123456789Z");
  private static final ResourceSlots SLOTS =
      new ResourceSlots(Map.of("cpu", new BigDecimal("2.5"), "mem", new BigDecimal(1L << 40)));

  static final Problem PROBLEM =
      new Problem(ProblemCode.OBJECT_NOT_FOUND, "No such session.", "Expected x.", json());

  private static final List<RunCommand.ConsoleItem> CONSOLE =
      List.of(
          new RunCommand.ConsoleItem("stdout", null, "héllo\n"),
          new RunCommand.ConsoleItem("media", "image/png", ""));

  private static final KernelObserved OBSERVED =
      new KernelObserved(
          KERNEL,
          SESSION,
          3,
          KernelState.FAILED,
          "failed-to-start",
          "pid:1",
          "127.0.0.1",
          List.of(new ServicePort("sshd", "tcp", List.of(2200))),
          Map.of("cpu", List.of("0", "1")),
          137,
          PROBLEM,
          json());

  private static final KernelObserved BARE_OBSERVED =
      new KernelObserved(
          KERNEL,
          SESSION,
          1,
          KernelState.PREPARING,
          "",
          null,
          null,
          List.of(),
          Map.of(),
          null,
          null,
          Map.of());

  private Samples() {}

  /** JSON values of every kind, a null among them. */
  private static Map<String, Object> json() {
    var map = new HashMap<String, Object>();
    map.put("text", "x");
    map.put("number", 7);
    map.put("exact", new BigDecimal("1.25"));
    map.put("truth", true);
    map.put("nothing", null);
    map.put("list", Arrays.asList(1, "two", null));
    map.put("map", Map.of("k", "v"));
    return Collections.unmodifiableMap(map);
  }

  static List<Object> all() {
    return List.of(
        new KernelCommand.StartKernel(spec(true), 2, AT),
        new KernelCommand.StartKernel(spec(false), 1, AT),
        new KernelCommand.StopKernel(KERNEL, SESSION, 2, "user-requested", true),
        new KernelCommand.Outcome.Accepted(),
        new KernelCommand.Outcome.AlreadyDone(),
        new KernelCommand.Outcome.StaleGeneration(4),
        new KernelCommand.Outcome.Refused(PROBLEM),
        new RunCommand.Execute(
            KERNEL, new RunId("run"), RunCommand.Mode.BATCH, "print(1)", json(), 2_000, 50),
        new RunCommand.Execute(KERNEL, null, RunCommand.Mode.QUERY, "", Map.of(), 0, 0),
        new RunCommand.Interrupt(KERNEL, null),
        new RunCommand.Interrupt(KERNEL, new RunId("run")),
        new RunCommand.BeginStream(
            KERNEL, new RunId("run"), RunCommand.Mode.QUERY, "print(1)", json()),
        new RunCommand.ReadStream(KERNEL, new RunId("run"), 1L << 40, -1, 20_000),
        new RunCommand.AnswerStream(KERNEL, new RunId("run"), 77, "a line"),
        new RunCommand.LeaveStream(KERNEL, new RunId("run")),
        new RunCommand.Cancel(KERNEL, new RunId("run")),
        new RunCommand.Complete(KERNEL, "pri", json()),
        new RunCommand.ReadLog(KERNEL, 10),
        new RunCommand.Outcome.Result(new RunId("run"), "finished", 0, null, CONSOLE),
        new RunCommand.Outcome.Result(new RunId("run"), "waiting-input", null, true, List.of()),
        new RunCommand.Outcome.Piece(
            new RunId("run"),
            99,
            "waiting-input",
            null,
            new RunCommand.Question(77, true),
            CONSOLE),
        new RunCommand.Outcome.Piece(new RunId("run"), 99, "finished", 1, null, List.of()),
        new RunCommand.Outcome.KernelLost(new RunId("run"), "It died.", CONSOLE),
        new RunCommand.Outcome.Completions(List.of("print", "property")),
        new RunCommand.Outcome.Log("line\n"),
        new RunCommand.Outcome.Done(),
        new FileCommand.Upload(KERNEL, "a/b", BYTES),
        new FileCommand.DownloadArchive(KERNEL, "a"),
        new FileCommand.DownloadFile(KERNEL, "a"),
        new FileCommand.ListFiles(KERNEL, "."),
        new FileCommand.Outcome.Done(),
        new FileCommand.Outcome.Content(BYTES),
        new FileCommand.Outcome.Listing(
            List.of(new FileCommand.Entry("f", "-rw-r--r--", 1L << 40, 1.5, 2.25, 3.0)),
            "/home/work"),
        new TaskMoved(UUID.randomUUID()),
        new StreamCommand.OpenTerminal(KERNEL, "main", 24, 80),
        new StreamCommand.OpenService(KERNEL, "jupyter", null),
        new StreamCommand.StartService(KERNEL, "jupyter", Map.of("A", "b"), json()),
        new StreamCommand.StopService(KERNEL, "jupyter"),
        new StreamCommand.ListServices(KERNEL),
        new StreamCommand.ReadServiceLog(KERNEL, "jupyter"),
        new StreamCommand.Outcome.Opened("10.0.0.1", 6012, "token"),
        new StreamCommand.Outcome.Started(true),
        new StreamCommand.Outcome.NotStarted("It did not start.", "log"),
        new StreamCommand.Outcome.Services(
            List.of(
                new StreamCommand.Service(
                    "jupyter", "http", List.of(8888), "{protocol}://{host}", List.of("-v"), null))),
        new StreamCommand.Outcome.Log("line\n", true),
        new StreamCommand.Outcome.Done(),
        new ProxyCommand.Serve(ID),
        new ProxyCommand.Drop(List.of(ID)),
        new ProxyCommand.Outcome.Serving(10205),
        new ProxyCommand.Outcome.Serving(null),
        new ProxyCommand.Outcome.NoFreePort(),
        new ProxyCommand.Outcome.Done(),
        new AgentReport.Heartbeat(
            AGENT,
            ID,
            "default",
            "1.0",
            "x86_64",
            "tcp://10.0.0.1:6011",
            "docker",
            SLOTS,
            Map.of("cpu", "count"),
            List.of(OBSERVED, BARE_OBSERVED),
            true),
        new AgentReport.KernelReported(AGENT, ID, OBSERVED),
        new AgentReport.KernelReported(AGENT, ID, BARE_OBSERVED),
        new AgentReport.ImagesReported(
            AGENT,
            ID,
            List.of(
                new ImageFacts(
                    "local/python:3.11", List.of("python"), "x86_64", "sha256:1", 9, Map.of()))),
        new AgentReport.LogSaved(AGENT, ID, KERNEL, 1, 1L << 20, BYTES),
        new AgentReport.Reply(true, false),
        new SessionEvent("kernel_started", SESSION, KERNEL, "name", "AK", "why", 0, AT),
        new SessionEvent("session_started", SESSION, null, "name", "AK", "", null, AT),
        new SchedulerWake("why"),
        PROBLEM,
        Problem.of(ProblemCode.INTERNAL, "Expected nothing."));
  }

  private static KernelSpec spec(boolean full) {
    return new KernelSpec(
        KERNEL,
        SESSION,
        "name",
        "AK",
        "user",
        "project",
        "local/python:3.11",
        SLOTS,
        64L << 20,
        full ? Map.of("A", "b") : Map.of(),
        "main1",
        full ? "#!/bin/sh" : null,
        full ? "python x.py" : null,
        full ? List.of(8080) : List.of(),
        full ? json() : Map.of());
  }
}
