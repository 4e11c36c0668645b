package org.polykern.sshd;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.file.nativefs.NativeFileSystemFactory;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.SessionContext;
import org.apache.sshd.common.session.SessionHeartbeatController.HeartbeatType;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.scp.server.ScpCommandFactory;
import org.apache.sshd.server.ServerBuilder;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.server.forward.AcceptAllForwardingFilter;
import org.apache.sshd.server.forward.ForwardingFilter;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;

/** The server of one session, put together and started. */
final class SessionServer implements AutoCloseable {
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(30);

  private final SshServer server;

  private SessionServer(SshServer server) {
    this.server = server;
  }

  /**
   * Starts it.
   *
   * @param user the process's own user, who may enter as {@code work} does
   * @param port 0 = any free one
   * @throws IOException when the port is taken, or the host keys can be neither read nor made
   */
  static SessionServer start(SessionPlace place, String user, String bind, int port)
      throws IOException, GeneralSecurityException {
    var server =
        ServerBuilder.builder()
            .keyExchangeFactories(
                NamedFactory.setUpTransformedFactories(
                    false,
                    List.of(
                        BuiltinDHFactories.curve25519,
                        BuiltinDHFactories.curve25519_libssh,
                        BuiltinDHFactories.ecdhp256,
                        BuiltinDHFactories.ecdhp384,
                        BuiltinDHFactories.ecdhp521,
                        BuiltinDHFactories.dhg14_256),
                    ServerBuilder.DH2KEX))
            .build();
    server.setHost(bind);
    server.setPort(port);
    server.setKeyPairProvider(KeyPairProvider.wrap(HostKeys.in(place.home().resolve(".sshd"))));
    server.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
    server.setPublickeyAuthenticator(new AuthorizedKeys(place.home(), List.of("work", user)));
    server.setShellFactory(channel -> new ProgramCommand(place, null));
    server.setCommandFactory(
        new ScpCommandFactory.Builder()
            .withDelegate((channel, line) -> new ProgramCommand(place, line))
            .build());
    server.setSubsystemFactories(List.of(new SftpSubsystemFactory.Builder().build()));
    server.setFileSystemFactory(new WorkDirectory(place.home()));
    server.setForwardingFilter(
        ForwardingFilter.asForwardingFilter(null, null, AcceptAllForwardingFilter.INSTANCE));
    CoreModuleProperties.IDLE_TIMEOUT.set(server, Duration.ZERO);
    CoreModuleProperties.TCP_NODELAY.set(server, true);
    server.setSessionHeartbeat(HeartbeatType.IGNORE, KEEP_ALIVE);
    server.start();
    return new SessionServer(server);
  }

  int port() {
    return server.getPort();
  }

  @Override
  public void close() throws IOException {
    server.stop(true);
  }

  /** The machine's files, seen from the work directory. */
  private static final class WorkDirectory extends NativeFileSystemFactory {
    private final Path home;

    WorkDirectory(Path home) {
      this.home = home;
    }

    @Override
    public Path getUserHomeDir(SessionContext session) {
      return home;
    }
  }
}
