package org.polykern.cli.ssh;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The sessions that scp's arguments name. */
public final class ScpTargets {
  /** Options of scp whose next word is their value. */
  private static final String WITH_VALUE = "cDFiJloPSX";

  private ScpTargets() {}

  /** All of them, in order; each is the host of a word such as {@code SESSION:path}. */
  public static Set<String> of(List<String> arguments) {
    Set<String> sessions = new LinkedHashSet<>();
    boolean options = true;
    for (int i = 0; i < arguments.size(); i++) {
      String word = arguments.get(i);
      if (options && word.equals("--")) {
        options = false;
      } else if (options && word.length() > 1 && word.startsWith("-")) {
        if (takesNext(word)) {
          i++;
        }
      } else {
        String host = host(word);
        if (!host.isEmpty()) {
          sessions.add(host);
        }
      }
    }
    return sessions;
  }

  /** Whether a cluster of option letters ends with one that wants a value. */
  private static boolean takesNext(String word) {
    for (int i = 1; i < word.length(); i++) {
      if (WITH_VALUE.indexOf(word.charAt(i)) >= 0) {
        return i == word.length() - 1;
      }
    }
    return false;
  }

  /** As scp sees it: what is before a colon, unless a slash comes first. */
  private static String host(String word) {
    int colon = word.indexOf(':');
    int slash = word.indexOf('/');
    if (colon <= 0 || (slash >= 0 && slash < colon)) {
      return "";
    }
    String host = word.substring(0, colon);
    return host.substring(host.lastIndexOf('@') + 1);
  }
}
