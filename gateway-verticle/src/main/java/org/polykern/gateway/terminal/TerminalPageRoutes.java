package org.polykern.gateway.terminal;

import io.vertx.core.http.HttpMethod;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.gateway.auth.Owners;
import org.polykern.gateway.auth.TerminalPasses;
import org.polykern.gateway.http.Access;
import org.polykern.gateway.http.Answer;
import org.polykern.gateway.http.Call;
import org.polykern.gateway.http.Endpoint;
import org.polykern.gateway.session.Sessions;
import org.polykern.gateway.stream.TerminalViews;

/** The terminal's page, and links to it. */
public final class TerminalPageRoutes {
  private static final String PAGE = "/console/terminal";

  private final Owners owners;
  private final Sessions sessions;
  private final TerminalPasses passes;
  private final TerminalPage page = TerminalPage.ofConsole();

  public TerminalPageRoutes(Owners owners, Sessions sessions, TerminalPasses passes) {
    this.owners = owners;
    this.sessions = sessions;
    this.passes = passes;
  }

  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.session(HttpMethod.POST, "/:session/terminal-link", Access.USER, this::link),
        Endpoint.of(HttpMethod.GET, PAGE, Access.ANONYMOUS, call -> page.page()),
        Endpoint.of(HttpMethod.POST, PAGE + "/open", Access.ANONYMOUS, this::open),
        Endpoint.of(HttpMethod.GET, PAGE + "/:file", Access.ANONYMOUS, this::file));
  }

  private Answer link(Call call) {
    var owner = owners.effective(call.caller(), call.parameters().text("owner_access_key"));
    var terminal = TerminalViews.nameIn(call.parameters());
    var row = sessions.resolve(owner.accessKey(), call.segment("session"));
    var token =
        passes.link(
            new TerminalPasses.Pass(
                call.caller().accessKey(), owner.accessKey(), row.id(), row.name(), terminal));
    var name = URLEncoder.encode(row.name(), StandardCharsets.UTF_8);
    return Answer.ok(
            Map.of("url", call.head().origin() + PAGE + "?session=" + name + "&link=" + token))
        .with(Map.of("Cache-Control", "no-store"));
  }

  /** Changes the link for a cookie; what the page has to know comes along. */
  private Answer open(Call call) {
    var admission = passes.admit(call.head(), call.parameters().requiredText("link"));
    var pass = admission.pass();
    var answer = new LinkedHashMap<String, Object>();
    answer.put("session", pass.session().toString());
    answer.put("name", pass.name());
    answer.put("terminal", pass.terminal());
    if (!pass.owner().equals(pass.accessKey())) {
      answer.put("owner_access_key", pass.owner());
    }
    return Answer.ok(answer)
        .with(Map.of("Set-Cookie", admission.cookie(), "Cache-Control", "no-store"));
  }

  private Answer file(Call call) {
    var file = page.file(call.segment("file"));
    if (file == null) {
      throw Problem.of(ProblemCode.URL_NOT_FOUND, "The terminal's page has no such file.")
          .toException();
    }
    return file;
  }
}
