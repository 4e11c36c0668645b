package org.polykern.sshd;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.server.Environment;

/**
 * Where programs of a connection start, and with what.
 *
 * @param home the work directory of the session
 * @param own the environment of this process, which is the session's
 */
record SessionPlace(Path home, Map<String, String> own) {
  private static final List<Path> SHELLS = List.of(Path.of("/bin/bash"), Path.of("/bin/sh"));

  /** What the library puts among the client's variables though the terminal has it. */
  private static final Set<String> SIZE = Set.of(Environment.ENV_LINES, Environment.ENV_COLUMNS);

  SessionPlace {
    own = Map.copyOf(own);
  }

  /** The shell of the environment where there is one, else the best that the image has. */
  Path shell() {
    var named = Path.of(own.getOrDefault("SHELL", ""));
    if (named.isAbsolute() && Files.isExecutable(named)) {
      return named;
    }
    return SHELLS.stream().filter(Files::isExecutable).findFirst().orElse(Path.of("/bin/sh"));
  }

  /**
   * The session's variables, those of the client that the session does not have (its locale would
   * be one that the image lacks), and what tells about the connection.
   */
  Map<String, String> environment(Map<String, String> asked, IoSession connection) {
    var all = new LinkedHashMap<>(asked);
    all.keySet().removeIf(name -> SIZE.contains(name) || name.isEmpty() || name.contains("="));
    all.putAll(own);
    var terminal = asked.get(Environment.ENV_TERM);
    if (terminal != null) {
      all.put(Environment.ENV_TERM, terminal.isEmpty() ? "dumb" : terminal);
    }
    var user = asked.getOrDefault(Environment.ENV_USER, "work");
    all.put(Environment.ENV_USER, user);
    all.put("LOGNAME", user);
    all.put("HOME", own.getOrDefault("HOME", home.toString()));
    all.put("SHELL", shell().toString());
    all.put("SSH_CONNECTION", ends(connection.getRemoteAddress(), connection.getLocalAddress()));
    return all;
  }

  private static String ends(SocketAddress there, SocketAddress here) {
    return end(there) + " " + end(here);
  }

  private static String end(SocketAddress address) {
    return address instanceof InetSocketAddress internet
        ? internet.getAddress().getHostAddress() + " " + internet.getPort()
        : "UNKNOWN 0";
  }
}
