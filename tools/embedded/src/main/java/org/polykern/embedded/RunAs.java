package org.polykern.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * As whom PostgreSQL runs, since it refuses root.
 *
 * @param prefix what to put before a command to run it so
 * @param ownerId the user who owns the cluster's files, or -1 for whoever runs this JVM
 * @param ownerGroup that user's group, or -1
 * @param description for the log
 */
record RunAs(List<String> prefix, int ownerId, int ownerGroup, String description) {

  /** One line of {@code /etc/passwd}. */
  record Account(String name, int uid, int gid) {}

  /** The ways to try on this machine, best first. */
  static List<RunAs> candidates() {
    if (!isRoot()) {
      return List.of(new RunAs(List.of(), -1, -1, "the user who started it"));
    }
    List<Account> accounts = accounts();
    List<RunAs> ways = new ArrayList<>();
    first(accounts, account -> account.uid() > 0 && account.uid() < 65534)
        .ifPresent(account -> ways.add(namespace(account)));
    first(accounts, account -> account.name().equals("postgres"))
        .or(() -> first(accounts, account -> account.name().equals("nobody")))
        .ifPresent(account -> ways.add(user(account)));
    return ways;
  }

  /**
   * A user namespace in which root looks like an ordinary user: outside of it the process is still
   * root, so that it reaches folders that only root may enter, but without any capability.
   */
  static RunAs namespace(Account account) {
    return new RunAs(
        List.of("unshare", "--user", "--map-user=" + account.uid(), "--map-group=" + account.gid()),
        -1,
        -1,
        "root in a user namespace that shows it as " + account.name());
  }

  /** An unprivileged account of this machine. */
  static RunAs user(Account account) {
    return new RunAs(
        List.of(
            "setpriv",
            "--reuid=" + account.uid(),
            "--regid=" + account.gid(),
            "--clear-groups",
            "--inh-caps=-all"),
        account.uid(),
        account.gid(),
        "the user " + account.name());
  }

  /** The whole command line that runs a command in this way. */
  List<String> command(List<String> command) {
    List<String> all = new ArrayList<>(prefix);
    all.addAll(command);
    return all;
  }

  /** Whether this way works at all, owns the directory, and can run the program. */
  boolean canUse(Path directory, Path program) {
    List<String> probe =
        command(
            List.of(
                "/bin/sh",
                "-c",
                "test \"$(id -u)\" != 0 && test -O \"$1\" && test -w \"$1\" && test -x \"$2\"",
                "probe",
                directory.toString(),
                program.toString()));
    try {
      Process process =
          new ProcessBuilder(probe)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException programMissing) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Hands an empty directory to the owner of this way. */
  void own(Path directory) {
    if (ownerId < 0) {
      return;
    }
    try {
      Files.setAttribute(directory, "unix:uid", ownerId);
      Files.setAttribute(directory, "unix:gid", ownerGroup);
    } catch (IOException e) {
      throw DataFiles.failed("hand over", directory, e);
    }
  }

  static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException e) {
      throw new EmbeddedServerException("Expected to read /proc/self, but: " + e.getMessage(), e);
    }
  }

  static List<Account> accounts() {
    try {
      return Files.readAllLines(Path.of("/etc/passwd")).stream()
          .map(line -> line.split(":", -1))
          .filter(fields -> fields.length >= 4)
          .map(f -> new Account(f[0], Integer.parseInt(f[2]), Integer.parseInt(f[3])))
          .toList();
    } catch (IOException | NumberFormatException e) {
      throw new EmbeddedServerException(
          "Expected to read the accounts in /etc/passwd, but: " + e.getMessage(), e);
    }
  }

  private static Optional<Account> first(List<Account> accounts, Predicate<Account> wanted) {
    return accounts.stream().filter(wanted).findFirst();
  }
}
