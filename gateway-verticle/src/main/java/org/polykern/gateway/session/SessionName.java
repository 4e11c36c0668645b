package org.polykern.gateway.session;

import java.util.regex.Pattern;
import org.polykern.common.problem.Problem;

/** What a session may be called. */
public final class SessionName {
  private static final Pattern GRAMMAR = Pattern.compile("(?=.{4,64}$)\\w[\\w.-]*\\w");
  private static final String RESERVED = "from-template";

  private SessionName() {}

  /** Throws 400 that says what a name looks like. */
  public static String require(String name) {
    if (!GRAMMAR.matcher(name).matches()) {
      throw Problem.invalid(
              "name",
              "Expected a session name of 4 to 64 letters, digits, '_', '.' and '-', beginning and"
                  + " ending with a letter, a digit or '_', but got '"
                  + name
                  + "'.")
          .toException();
    }
    if (name.equals(RESERVED)) {
      throw Problem.invalid("name", "The name '" + RESERVED + "' is reserved; choose another.")
          .toException();
    }
    return name;
  }
}
