package org.polykern.cli.command;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.polykern.cli.client.ApiClient;
import org.polykern.cli.client.ApiSocket;
import org.polykern.cli.client.SessionClient;
import org.polykern.cli.run.CaughtSignal;
import org.polykern.cli.run.Terminal;
import org.polykern.cli.service.LocalPort;
import org.polykern.cli.service.ServiceTarget;
import org.polykern.cli.service.Tunnel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings a service of a session to a port of this machine. */
@Command(
    name = "app",
    description = {
      "Bring a service of a session to a port of this machine, until Ctrl-C. Prints its address.",
      "'apps SESSION' lists the services; one that does not run is started."
    })
final class AppCommand extends ServerCommand {
  /** Taken unless it is in use or another was asked for, so that addresses can be remembered. */
  private static final int USUAL_PORT = 8080;

  private static final int REFUSED = 1013;

  @Parameters(index = "0", paramLabel = "SESSION", description = "Name or id of the session.")
  private String session = "";

  @Parameters(index = "1", paramLabel = "SERVICE", description = "Such as jupyter.")
  private String service = "";

  @Option(
      names = {"-b", "--bind"},
      paramLabel = "[ADDRESS:]PORT",
      description =
          "Where to listen; 0 = a free port. By default 127.0.0.1:8080, or a free port if that is"
              + " taken.")
  private @Nullable String bind;

  @Option(
      names = {"-p", "--port"},
      paramLabel = "PORT",
      description = "Which of the service's ports, where it has several.")
  private @Nullable Integer port;

  @Mixin private final ServiceOptions options = new ServiceOptions();

  @Option(names = "--open", description = "Open the address in the browser.")
  private boolean open;

  @Option(
      names = "--stdio",
      description = "Connect once, with standard input and output, as ssh's ProxyCommand wants it.")
  private boolean stdio;

  AppCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int call(SessionClient sessions) {
    ServiceTarget target = options.target(session, service, port);
    try {
      if (stdio) {
        return standardStreams(sessions.api(), target);
      }
      Services.Service found = Services.find(sessions, session, service);
      if (found.http()) {
        start(sessions.api(), target);
      }
      try (LocalPort local = listen(sessions.api(), target, found)) {
        return serve(local, found);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCodes.INTERRUPTED;
    }
  }

  private int standardStreams(ApiClient api, ServiceTarget target) throws InterruptedException {
    // Not the buffered ones of the terminal: this process may end while it waits for input.
    var in = new FileInputStream(FileDescriptor.in);
    var out = new FileOutputStream(FileDescriptor.out);
    Tunnel.End end = Tunnel.run(api, target, in, out);
    if (!end.clean()) {
      throw broken(end.code(), end.reason());
    }
    return 0;
  }

  /** Connects once, so that a service that does not start says so here and not in a browser. */
  private void start(ApiClient api, ServiceTarget target) throws InterruptedException {
    try (ApiSocket socket = api.socket(target.route(), null)) {
      socket.close(1000, "");
      while (true) {
        if (socket.next() instanceof ApiSocket.End(int code, String reason)) {
          if (code == REFUSED) {
            throw broken(code, reason);
          }
          return;
        }
      }
    }
  }

  private NotRunningException broken(int code, String reason) {
    String why = reason.isEmpty() ? "." : ": " + reason;
    return new NotRunningException(
        code == REFUSED
            ? "Expected " + service + " to listen, but its port refuses connections" + why
            : "Expected a connection to " + service + ", but it broke (" + code + ")" + why,
        "'polykern service log " + session + " " + service + "' shows what it wrote.");
  }

  private LocalPort listen(ApiClient api, ServiceTarget target, Services.Service found) {
    Address address = Address.of(bind);
    try {
      return listen(api, target, found, address, address.port);
    } catch (IOException e) {
      if (bind == null) {
        try {
          return listen(api, target, found, address, 0);
        } catch (IOException free) {
          e.addSuppressed(free);
        }
      }
      throw new UsageException(
          "Expected to listen on "
              + (bind == null ? "127.0.0.1" : bind)
              + ", but: "
              + e.getMessage()
              + ".");
    }
  }

  private LocalPort listen(
      ApiClient api, ServiceTarget target, Services.Service found, Address address, int localPort)
      throws IOException {
    return LocalPort.listen(
        api, target, address.host, localPort, found.http(), terminal.err()::println);
  }

  private record Address(InetAddress host, int port) {
    static Address of(@Nullable String text) {
      if (text == null) {
        return new Address(InetAddress.getLoopbackAddress(), USUAL_PORT);
      }
      int colon = text.lastIndexOf(':');
      try {
        int port = Integer.parseInt(text.substring(colon + 1));
        if (port >= 0 && port <= 65535) {
          return new Address(
              colon < 0
                  ? InetAddress.getLoopbackAddress()
                  : InetAddress.getByName(text.substring(0, colon)),
              port);
        }
      } catch (NumberFormatException | UnknownHostException e) {
        // Said below.
      }
      throw new UsageException("Expected [ADDRESS:]PORT after --bind, but got '" + text + "'.");
    }
  }

  private int serve(LocalPort local, Services.Service found) throws InterruptedException {
    CountDownLatch stop = new CountDownLatch(1);
    try (var _ = CaughtSignal.on("INT", stop::countDown)) {
      String host =
          local.address().isLoopbackAddress() ? "127.0.0.1" : local.address().getHostAddress();
      String url = found.url(host, local.port());
      if (output.json()) {
        Output.document(
            terminal,
            ApiClient.JSON
                .createObjectNode()
                .put("url", url)
                .put("host", host)
                .put("port", local.port())
                .put("service", found.name())
                .put("protocol", found.protocol()));
      } else {
        terminal.out().println(url);
      }
      terminal.out().flush();
      if (terminal.interactive()) {
        terminal.err().println("This is " + service + " of " + session + "; Ctrl-C ends it.");
      }
      if (open) {
        Browser.open(terminal, url);
      }
      stop.await();
    }
    return 0;
  }
}
