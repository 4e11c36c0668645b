package org.polykern.gateway.proxy.worker;

import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.polykern.common.bus.Addresses;
import org.polykern.common.bus.Bus;
import org.polykern.common.bus.StreamCommand;
import org.polykern.common.bus.StreamCommand.Outcome.Opened;
import org.polykern.common.db.Db;
import org.polykern.common.id.AgentId;
import org.polykern.common.id.KernelId;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.problem.ProblemException;
import org.polykern.gateway.proxy.Circuit;
import org.polykern.gateway.proxy.Route;

/** Services of sessions, through the tunnel port of their agent. */
final class TunnelBackends implements Backends {
  private static final String KERNEL =
      """
      select k.id, k.agent_id from kernel k join session s on s.id = k.session_id
      where s.id = $1 and k.cluster_role = 'main' and s.status = 'RUNNING'
        and k.agent_id is not null\
      """;

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(15);
  private static final int MAX_ANSWER = 4096;

  private final Db db;
  private final Bus bus;

  TunnelBackends(Db db, Bus bus) {
    this.db = db;
    this.bus = bus;
  }

  @Override
  public SocketChannel open(Circuit circuit) throws BackendException, InterruptedException {
    return enter(locate(circuit, choose(circuit.routes())));
  }

  /** Through a tunnel port to what is behind it, in blocking mode; blocks. */
  static SocketChannel enter(Opened opened) throws BackendException {
    SocketChannel channel;
    try {
      channel = connect(opened);
    } catch (IOException e) {
      throw new BackendException(
          e instanceof SocketTimeoutException, "The agent of this session cannot be reached.");
    }
    try {
      greet(channel, opened.token());
      return channel;
    } catch (SocketTimeoutException e) {
      Splice.close(channel);
      throw new BackendException(true, "The app did not take the connection in time.");
    } catch (IOException e) {
      Splice.close(channel);
      throw new BackendException(false, "The agent of this session broke the connection.");
    } catch (BackendException e) {
      Splice.close(channel);
      throw e;
    }
  }

  /** One of several by its share of the traffic. */
  private static Route choose(List<Route> routes) throws BackendException {
    var total = routes.stream().mapToDouble(Route::ratio).sum();
    if (!(total > 0)) {
      throw new BackendException(false, "No back end takes traffic at the moment.");
    }
    var left = ThreadLocalRandom.current().nextDouble(total);
    for (var route : routes) {
      left -= route.ratio();
      if (left < 0) {
        return route;
      }
    }
    return routes.getLast();
  }

  private Opened locate(Circuit circuit, Route route) throws BackendException {
    var rows = db.query(KERNEL, Tuple.of(route.session())).iterator();
    if (!rows.hasNext()) {
      throw new BackendException(false, "The session of this app does not run (any more).");
    }
    var row = rows.next();
    var command =
        new StreamCommand.OpenService(new KernelId(row.getUUID("id")), circuit.app(), route.port());
    try {
      var agent = new AgentId(row.getString("agent_id"));
      if (bus.request(Addresses.streams(agent), command) instanceof Opened opened) {
        return opened;
      }
      throw new BackendException(false, "The agent of this session gave no connection.");
    } catch (ProblemException e) {
      throw new BackendException(
          e.problem().code() == ProblemCode.OUTCOME_UNKNOWN, e.problem().message());
    }
  }

  private static SocketChannel connect(Opened opened) throws IOException {
    var channel = SocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      channel
          .socket()
          .connect(
              new InetSocketAddress(opened.host(), opened.port()),
              Math.toIntExact(CONNECT.toMillis()));
      return channel;
    } catch (IOException e) {
      Splice.close(channel);
      throw e;
    }
  }

  /** One byte at a time: what follows the line is the service's. */
  private static void greet(SocketChannel channel, String token)
      throws IOException, BackendException {
    var socket = channel.socket();
    socket.setSoTimeout(Math.toIntExact(ANSWER.toMillis()));
    socket.getOutputStream().write((token + "\n").getBytes(StandardCharsets.US_ASCII));
    var line = ByteBuffer.allocate(MAX_ANSWER);
    var in = socket.getInputStream();
    while (true) {
      var read = in.read();
      if (read < 0 || !line.hasRemaining()) {
        throw new IOException("The tunnel ended before its answer");
      }
      if (read == '\n') {
        break;
      }
      line.put((byte) read);
    }
    socket.setSoTimeout(0);
    var text = new String(line.array(), 0, line.position(), StandardCharsets.UTF_8);
    if (!text.equals("+")) {
      var space = text.indexOf(' ');
      throw new BackendException(
          false, space < 0 ? "The app refused the connection." : text.substring(space + 1));
    }
  }
}
