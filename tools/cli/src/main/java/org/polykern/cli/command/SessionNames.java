package org.polykern.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.polykern.cli.client.ApiException;
import org.polykern.cli.client.SessionClient;

/** Finds the session that a person meant. */
final class SessionNames {
  private static final int HTTP_NOT_FOUND = 404;

  private SessionNames() {}

  /** Calls; where the server knows no such session, an error that names those with such a name. */
  static <T> T checked(SessionClient sessions, String session, Function<String, T> call) {
    try {
      return call.apply(session);
    } catch (ApiException e) {
      throw explained(sessions, session, e);
    }
  }

  /** The refusal; where it says that there is no such session, with the names of others. */
  static RuntimeException explained(SessionClient sessions, String session, ApiException e) {
    if (e.status() != HTTP_NOT_FOUND || !e.title().toLowerCase(Locale.ROOT).contains("session")) {
      return e;
    }
    List<String> running = running(sessions);
    List<String> near = near(session, running);
    String hint =
        running.isEmpty()
            ? "No session runs; 'polykern start -t " + session + " python' starts one."
            : near.isEmpty()
                ? "These run: " + String.join(", ", running) + "."
                : "Did you mean " + String.join(" or ", near) + "?";
    return new NotRunningException(
        "Expected the name or id of a session, but there is no '" + session + "'.", hint);
  }

  /** The only running session, where a command was given none. */
  static String only(SessionClient sessions) {
    List<String> running = running(sessions);
    return switch (running.size()) {
      case 1 -> running.getFirst();
      case 0 ->
          throw new NotRunningException(
              "Expected a session, but none runs.",
              "'polykern start -t mysess python' starts one.");
      default ->
          throw new UsageException(
              "Expected the name of one session, since several run: "
                  + String.join(", ", running)
                  + ".");
    };
  }

  private static List<String> running(SessionClient sessions) {
    List<String> names = new ArrayList<>();
    for (JsonNode match : sessions.match("")) {
      if (match.path("status").asText().startsWith("RUNNING")) {
        names.add(match.path("name").asText());
      }
    }
    return names;
  }

  static List<String> near(String wanted, List<String> names) {
    int tolerated = Math.max(1, wanted.length() / 3);
    String lower = wanted.toLowerCase(Locale.ROOT);
    return names.stream()
        .filter(name ->
            distance(lower, name.toLowerCase(Locale.ROOT)) <= tolerated
                || (lower.length() > 2 && name.toLowerCase(Locale.ROOT).contains(lower)))
        .sorted(Comparator.comparingInt(name -> distance(lower, name.toLowerCase(Locale.ROOT))))
        .limit(3)
        .toList();
  }

  /** How many letters must change, come or go. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(changed, Math.min(above, row[j - 1]) + 1);
        diagonal = above;
      }
    }
    return row[b.length()];
  }
}
