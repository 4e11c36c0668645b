package org.polykern.cli.ssh;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.polykern.cli.client.SessionClient;
import org.polykern.cli.service.LocalPort;
import org.polykern.cli.service.ServiceTarget;

/** A way to a session's sshd for programs of this machine, until closed. */
public final class SshSession implements AutoCloseable {
  /** The service, which every session has. */
  public static final String SERVICE = "sshd";

  private static final String KEY = "id_container";
  private static final String USER = "work";

  private final String session;
  private final Path directory;
  private final LocalPort port;
  private final Thread hook;

  private SshSession(String session, Path directory, LocalPort port) {
    this.session = session;
    this.directory = directory;
    this.port = port;
    this.hook = Thread.ofPlatform().name("ssh-key-remove").unstarted(this::removeKey);
  }

  /**
   * Fetches the key and listens.
   *
   * @param complaints where it is said that a connection could not be made
   * @throws org.polykern.cli.client.ClientException if the server refuses
   */
  public static SshSession open(SessionClient sessions, String session, PrintStream complaints) {
    try {
      // The directory keeps others out; ssh insists that the file does so too.
      Path directory =
          Files.createTempDirectory(
              "polykern-ssh-",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      try {
        Path key = directory.resolve(KEY);
        sessions.download(session, KEY, key);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        LocalPort port =
            LocalPort.listen(
                sessions.api(),
                ServiceTarget.of(session, SERVICE),
                InetAddress.getLoopbackAddress(),
                0,
                false,
                complaints::println);
        SshSession opened = new SshSession(session, directory, port);
        Runtime.getRuntime().addShutdownHook(opened.hook);
        return opened;
      } catch (IOException | RuntimeException e) {
        remove(directory);
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Expected to prepare ssh, but it failed: " + e, e);
    }
  }

  /**
   * Runs a program of OpenSSH on this process's own standard streams; the session's name is the
   * name of the host.
   *
   * @param program {@code ssh} or {@code scp}
   * @param arguments behind the options that lead to the session
   * @return its exit code
   * @throws MissingProgramException if the machine does not have it
   */
  public int run(String program, List<String> arguments) throws InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(program);
    options()
        .forEach(option -> {
          command.add("-o");
          command.add(option);
        });
    command.addAll(arguments);
    Process process;
    try {
      process = new ProcessBuilder(command).inheritIO().start();
    } catch (IOException e) {
      throw new MissingProgramException(program, e);
    }
    Thread stop = Thread.ofPlatform().name("ssh-stop").unstarted(process::destroy);
    Runtime.getRuntime().addShutdownHook(stop);
    int exitCode = process.waitFor();
    forget(stop);
    return exitCode;
  }

  /** The first of an option counts for OpenSSH: what the user's own configuration says does not. */
  private List<String> options() {
    return List.of(
        "HostName=127.0.0.1",
        "Port=" + port.port(),
        "User=" + USER,
        "IdentityFile=" + directory.resolve(KEY),
        "IdentitiesOnly=yes",
        "PreferredAuthentications=publickey",
        // The server was asked by a signed call, and the key pair is made for this session: who
        // the host is, is known, and its own key is as short-lived as the session.
        "StrictHostKeyChecking=no",
        "UserKnownHostsFile=/dev/null",
        "GlobalKnownHostsFile=/dev/null",
        "HostKeyAlias=polykern-" + session,
        "CheckHostIP=no",
        "LogLevel=ERROR",
        "ProxyCommand=none",
        "ProxyJump=none",
        "ControlPath=none",
        "CanonicalizeHostname=no",
        "ServerAliveInterval=30");
  }

  @Override
  public void close() {
    port.close();
    removeKey();
    forget(hook);
  }

  private void removeKey() {
    try {
      remove(directory);
    } catch (IOException e) {
      // Readable by this user only, and of no use when the session has ended.
    }
  }

  private static void remove(Path directory) throws IOException {
    Files.deleteIfExists(directory.resolve(KEY));
    Files.deleteIfExists(directory);
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending, and the hook runs.
    }
  }
}
