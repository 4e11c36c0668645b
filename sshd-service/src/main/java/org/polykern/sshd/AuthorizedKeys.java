package org.polykern.sshd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.sshd.common.config.keys.AuthorizedKeyEntry;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;
import org.apache.sshd.server.auth.pubkey.PublickeyAuthenticator;
import org.apache.sshd.server.session.ServerSession;

/**
 * Who may enter. The files are read for each attempt: they are small, and what a user adds or takes
 * away counts at once. Permissions are not examined, since who can write them can do all that a
 * connection could.
 */
final class AuthorizedKeys implements PublickeyAuthenticator {
  private static final long LONGEST_FILE = 1 << 20;

  /** Options that ask for nothing, or for what nobody gets anyway. */
  private static final Set<String> KEPT_OPTIONS =
      Set.of(
          "agent-forwarding",
          "port-forwarding",
          "pty",
          "user-rc",
          "x11-forwarding",
          "no-agent-forwarding",
          "no-user-rc",
          "no-x11-forwarding");

  private final Path home;
  private final Set<String> users;

  /**
   * @param home the work directory
   * @param users who may enter; the same one twice does no harm
   */
  AuthorizedKeys(Path home, List<String> users) {
    this.home = home;
    this.users = Set.copyOf(users);
  }

  @Override
  public boolean authenticate(String username, PublicKey key, ServerSession session) {
    return users.contains(username) && (isListed(key) || isContainerKey(key));
  }

  private boolean isListed(PublicKey key) {
    var file = home.resolve(".ssh").resolve("authorized_keys");
    try {
      if (Files.isRegularFile(file) && Files.size(file) <= LONGEST_FILE) {
        // Not as UTF-8 text, which a comment of a stray byte would break.
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
            .lines()
            .anyMatch(line -> admits(line, key));
      }
    } catch (IOException e) {
      System.err.println("Expected to read " + file + ", but: " + e.getMessage());
    }
    return false;
  }

  private static boolean admits(String line, PublicKey key) {
    try {
      var entry = AuthorizedKeyEntry.parseAuthorizedKeyEntry(line);
      if (entry == null
          || !KeyUtils.compareKeys(
              entry.resolvePublicKey(null, PublicKeyEntryResolver.IGNORING), key)) {
        return false;
      }
      for (var option : entry.getLoginOptions().keySet()) {
        if (!KEPT_OPTIONS.contains(option.toLowerCase(Locale.ROOT))) {
          System.err.println(
              "Expected a key without restrictions in authorized_keys, but the one that was offered"
                  + " has \""
                  + option
                  + "\", which this server cannot keep: the key is refused.");
          return false;
        }
      }
      return true;
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      return false; // A line that is no key of ours.
    }
  }

  private boolean isContainerKey(PublicKey key) {
    var file = home.resolve("id_container");
    try {
      return Files.isRegularFile(file)
          && Files.size(file) <= LONGEST_FILE
          && HostKeys.PrivateKeyFile.read(file).stream()
              .anyMatch(pair -> KeyUtils.compareKeys(pair.getPublic(), key));
    } catch (IOException e) {
      System.err.println("Expected to read " + file + ", but: " + e.getMessage());
      return false;
    }
  }
}
