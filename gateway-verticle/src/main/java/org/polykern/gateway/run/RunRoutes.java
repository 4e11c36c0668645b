package org.polykern.gateway.run;

import io.vertx.core.http.HttpMethod;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.polykern.common.bus.RunCommand;
import org.polykern.common.bus.RunCommand.Mode;
import org.polykern.common.bus.RunCommand.Outcome;
import org.polykern.common.db.Db;
import org.polykern.common.id.RunId;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.problem.ProblemException;
import org.polykern.common.session.SessionStatus;
import org.polykern.gateway.auth.Owners;
import org.polykern.gateway.http.Access;
import org.polykern.gateway.http.Answer;
import org.polykern.gateway.http.Call;
import org.polykern.gateway.http.Endpoint;
import org.polykern.gateway.rate.UseCounters;
import org.polykern.gateway.session.SessionRow;
import org.polykern.gateway.session.Sessions;

/** Running code in a session. */
public final class RunRoutes {
  /** One call waits at most so long for output. */
  private static final int FLUSH_MS = 2000;

  /** Reading on is answered with "nothing new" rather than with an error while an agent is away. */
  private static final Duration CONTINUE_PATIENCE = Duration.ofMillis(FLUSH_MS);

  private static final int LOG_BYTES = 10 << 20;

  private static final String STORED_LOG = "select container_log from kernel where id = $1";

  private final Db db;
  private final Owners owners;
  private final Sessions sessions;
  private final KernelTargets targets;
  private final KernelCalls calls;
  private final UseCounters counters;

  public RunRoutes(
      Db db,
      Owners owners,
      Sessions sessions,
      KernelTargets targets,
      KernelCalls calls,
      UseCounters counters) {
    this.db = db;
    this.owners = owners;
    this.sessions = sessions;
    this.targets = targets;
    this.calls = calls;
    this.counters = counters;
  }

  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.session(HttpMethod.POST, "/:session", Access.USER, this::execute),
        Endpoint.session(HttpMethod.POST, "/:session/interrupt", Access.USER, this::interrupt),
        Endpoint.session(HttpMethod.POST, "/:session/complete", Access.USER, this::complete),
        Endpoint.session(HttpMethod.GET, "/:session/logs", Access.USER, this::logs));
  }

  private Answer execute(Call call) throws InterruptedException {
    var request = ExecuteRequest.of(call.parameters());
    if (request.mode() == null) {
      return completions(call, request.code(), request.options());
    }
    var key = ownerKey(call);
    var ref = call.segment("session");
    // Named here, not by the agent: after an unknown outcome the client can still read on.
    var runId = request.runId() != null ? request.runId() : RunId.random();
    counters.ranCode(targets.resolve(key, ref).session().value());
    try {
      return Answer.ok(answer(run(key, ref, request.mode(), runId, request)));
    } catch (ProblemException e) {
      return Answer.ok(survive(e, request.mode(), runId));
    }
  }

  private Outcome run(String key, String ref, Mode mode, RunId runId, ExecuteRequest request)
      throws InterruptedException {
    var patience = mode == Mode.CONTINUE ? CONTINUE_PATIENCE : KernelCalls.PATIENCE;
    return calls.run(
        key,
        ref,
        patience,
        target ->
            new RunCommand.Execute(
                target.kernel(),
                runId,
                mode,
                request.code(),
                request.options(),
                FLUSH_MS,
                RunCommand.Execute.QUIET_MILLIS));
  }

  private static Map<String, Object> answer(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Result result -> ResultJson.of(result);
      case Outcome.KernelLost lost -> ResultJson.lost(lost.runId(), lost.reason(), lost.console());
      case Outcome.Completions ignored -> throw unexpected(outcome);
      case Outcome.Piece ignored -> throw unexpected(outcome);
      case Outcome.Log ignored -> throw unexpected(outcome);
      case Outcome.Done ignored -> throw unexpected(outcome);
    };
  }

  /**
   * The agent is away or did not answer. Its runs outlive it, so the client is told to read on
   * wherever that is true: for reading itself, and for a new run whose start is unknown. A kernel
   * that its agent disowns is lost.
   */
  private static Map<String, Object> survive(ProblemException e, Mode mode, RunId runId) {
    if (KernelCalls.isUnknownKernel(e.problem())) {
      return ResultJson.lost(runId, "The kernel is gone.", List.of());
    }
    var reading = mode == Mode.CONTINUE;
    return switch (e.problem().code()) {
      case UNAVAILABLE -> {
        if (!reading) {
          throw e;
        }
        yield ResultJson.continued(runId);
      }
      case OUTCOME_UNKNOWN -> {
        if (mode == Mode.INPUT) {
          throw e;
        }
        yield ResultJson.continued(runId);
      }
      default -> throw e;
    };
  }

  private Answer interrupt(Call call) throws InterruptedException {
    var run = ExecuteRequest.runId(call.parameters());
    calls.run(
        ownerKey(call),
        call.segment("session"),
        KernelCalls.PATIENCE,
        target -> new RunCommand.Interrupt(target.kernel(), run));
    return Answer.noContent();
  }

  private Answer complete(Call call) throws InterruptedException {
    var options = call.parameters().object("options");
    return completions(
        call,
        call.parameters().source("code"),
        options == null ? Map.of() : withoutNulls(options.asPlain()));
  }

  private Answer completions(Call call, String code, Map<String, Object> options)
      throws InterruptedException {
    var outcome =
        calls.run(
            ownerKey(call),
            call.segment("session"),
            KernelCalls.PATIENCE,
            target -> new RunCommand.Complete(target.kernel(), code, options));
    if (!(outcome instanceof Outcome.Completions completions)) {
      throw unexpected(outcome);
    }
    var result = new LinkedHashMap<String, Object>();
    result.put("status", "finished");
    result.put("error", null);
    result.put("completions", completions.suggestions());
    result.put("suggestions", completions.suggestions());
    return Answer.ok(Map.of("result", result));
  }

  private Answer logs(Call call) throws InterruptedException {
    var row = sessions.resolveDeadOrAlive(ownerKey(call), call.segment("session"));
    var stored = row.status() == SessionStatus.RUNNING ? null : storedLog(row);
    var text = stored != null ? stored : liveLog(call, row);
    return Answer.ok(Map.of("result", Map.of("logs", text)));
  }

  /** Null when none is stored. */
  private @Nullable String storedLog(SessionRow row) {
    var rows = db.query(STORED_LOG, Tuple.of(row.kernelId().value())).iterator();
    var log = rows.hasNext() ? rows.next().getBuffer(0) : null;
    return log == null ? null : new String(log.getBytes(), StandardCharsets.UTF_8);
  }

  private String liveLog(Call call, SessionRow row) throws InterruptedException {
    if (row.agentId() == null || row.status().isTerminal()) {
      return ""; // it never ran, or ran without a word
    }
    if (row.status() != SessionStatus.RUNNING) {
      return "";
    }
    var outcome =
        calls.run(
            ownerKey(call),
            row.id().toString(),
            KernelCalls.PATIENCE,
            target -> new RunCommand.ReadLog(target.kernel(), LOG_BYTES));
    if (outcome instanceof Outcome.Log log) {
      return log.text();
    }
    throw unexpected(outcome);
  }

  private String ownerKey(Call call) {
    return owners.effective(call.caller(), call.parameters().text("owner_access_key")).accessKey();
  }

  private static Map<String, Object> withoutNulls(Map<String, Object> options) {
    var kept = new LinkedHashMap<>(options);
    kept.values().removeIf(Objects::isNull);
    return kept;
  }

  private static RuntimeException unexpected(Outcome outcome) {
    return Problem.of(
            ProblemCode.INTERNAL,
            "The agent gave an answer of another kind: " + outcome.getClass().getSimpleName())
        .toException();
  }
}
