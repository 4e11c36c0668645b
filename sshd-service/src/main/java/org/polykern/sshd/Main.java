package org.polykern.sshd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Starts the server of a session: {@code --port PORT --bind ADDRESS --home WORKDIR}. */
public final class Main {
  private static final int WRONG_USAGE = 2;

  private Main() {}

  /** Says on standard output that it listens, and runs until it is ended by a signal. */
  public static void main(String[] arguments) throws InterruptedException {
    var given = List.of(arguments);
    if (given.size() != 6
        || !given.get(0).equals("--port")
        || !given.get(2).equals("--bind")
        || !given.get(4).equals("--home")) {
      System.err.println(
          "Expected --port PORT --bind ADDRESS --home WORKDIR, but there is: "
              + String.join(" ", given));
      System.exit(WRONG_USAGE);
    }
    try {
      var environment = FileNames.environment(System.getenv());
      int port = start(given.get(1), given.get(3), Path.of(given.get(5)), environment);
      System.out.println("sshd listens on port " + port);
    } catch (IOException | GeneralSecurityException | NumberFormatException e) {
      System.err.println("sshd cannot start: " + e); // Some say only a file's name.
      System.exit(1);
    }
    new CountDownLatch(1).await();
  }

  private static int start(String port, String bind, Path work, Map<String, String> environment)
      throws IOException, GeneralSecurityException {
    JdkEd25519.register();
    var home = work.toAbsolutePath();
    if (!Files.isDirectory(home)) {
      throw new IOException("Expected a directory for --home, but there is none: " + home);
    }
    // Relative paths of SFTP and SCP begin where the JVM was started, and it cannot go elsewhere.
    if (!Files.isSameFile(Path.of(""), home)) {
      throw new IOException("Expected to be started in --home " + home + ", but this is another");
    }
    var place = new SessionPlace(home, environment);
    return SessionServer.start(place, System.getProperty("user.name"), bind, Integer.parseInt(port))
        .port();
  }
}
