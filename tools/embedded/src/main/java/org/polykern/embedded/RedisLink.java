package org.polykern.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** The two things that are said to Redis here: are you there, and shut down. */
record RedisLink(int port, String password) {
  private static final int MILLIS = 2_000;

  /** True when the server that listens there knows the password and answers. */
  boolean answers() {
    return "+PONG".equals(ask("PING"));
  }

  /** Asks the server to end without saving; it closes the connection instead of answering. */
  void shutDown() {
    ask("SHUTDOWN NOSAVE");
  }

  /** The first line of the answer to a command, or a word for its absence. */
  private String ask(String command) {
    try (Socket socket = new Socket()) {
      socket.connect(Ports.at(port), MILLIS);
      socket.setSoTimeout(MILLIS);
      socket
          .getOutputStream()
          .write(
              ("AUTH " + password + "\r\n" + command + "\r\n").getBytes(StandardCharsets.US_ASCII));
      BufferedReader answers =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      String authenticated = answers.readLine();
      if (!"+OK".equals(authenticated)) {
        return "refused";
      }
      String answer = answers.readLine();
      return answer == null ? "closed" : answer;
    } catch (IOException e) {
      return "unreachable";
    }
  }
}
