package org.polykern.agent.runnerlink;

/** What a runner answers with a message of its own. */
public enum RunnerQuestion {
  OPEN_TERMINAL("open-terminal", "terminal-result"),
  GET_APPS("get-apps", "apps-result"),
  START_SERVICE("start-service", "service-result"),
  SHUTDOWN_SERVICE("shutdown-service", "service-result"),
  SERVICE_LOG("service-log", "service-log-result");

  private final String type;
  private final String answer;

  RunnerQuestion(String type, String answer) {
    this.type = type;
    this.answer = answer;
  }

  String type() {
    return type;
  }

  String answer() {
    return answer;
  }
}
