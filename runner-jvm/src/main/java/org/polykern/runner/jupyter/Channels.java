package org.polykern.runner.jupyter;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.SelectionKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.json.JsonException;
import org.polykern.runner.json.JsonText;
import org.polykern.runner.loop.EventLoop;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/** The sockets to one kernel. Like the runner's own link, they must be pumped before every wait. */
final class Channels implements AutoCloseable {
  private static final int MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
  private static final String LOOPBACK = "127.0.0.1";

  /** The channels by their names in the connection file, and what a client's end of each is. */
  enum Channel {
    SHELL("shell_port", SocketType.DEALER),
    STDIN("stdin_port", SocketType.DEALER),
    CONTROL("control_port", SocketType.DEALER),
    IOPUB("iopub_port", SocketType.SUB);

    private final String port;
    private final SocketType type;

    Channel(String port, SocketType type) {
      this.port = port;
      this.type = type;
    }
  }

  /** Takes a message that came. */
  interface Taker {
    void take(Channel channel, Message message);
  }

  private final Wire wire = new Wire();
  private final ZMQ.Context context = ZMQ.context(1);
  private final Map<Channel, ZMQ.Socket> sockets = new LinkedHashMap<>();
  private final Map<String, Object> connection = new LinkedHashMap<>();
  private final Consumer<String> log;
  private final Taker taker;
  private boolean closed;

  /**
   * Connects to ports that are free now and that the kernel is told to bind.
   *
   * @throws IOException if there is no free port
   */
  Channels(EventLoop loop, Consumer<String> log, Taker taker) throws IOException {
    this.log = log;
    this.taker = taker;
    List<Integer> ports = freePorts(Channel.values().length + 1);
    connection.put("transport", "tcp");
    connection.put("ip", LOOPBACK);
    connection.put("signature_scheme", "hmac-sha256");
    connection.put("key", wire.key());
    connection.put("hb_port", ports.removeLast());
    // The kernel routes input requests by the identity that asked on the shell channel.
    byte[] identity = wire.session().getBytes(StandardCharsets.US_ASCII);
    for (Channel channel : Channel.values()) {
      int port = ports.removeLast();
      connection.put(channel.port, port);
      ZMQ.Socket socket = context.socket(channel.type);
      socket.setLinger(0);
      socket.setMaxMsgSize(MAX_MESSAGE_BYTES);
      if (channel.type == SocketType.SUB) {
        socket.subscribe(ZMQ.SUBSCRIPTION_ALL);
      } else {
        socket.setIdentity(identity);
      }
      socket.connect("tcp://" + LOOPBACK + ":" + port);
      loop.watch(socket.getFD(), SelectionKey.OP_READ, () -> {});
      sockets.put(channel, socket);
    }
  }

  /** Writes the connection file into a directory that only this user may read. */
  Path writeConnectionFile(Path directory) throws IOException {
    return Files.writeString(directory.resolve("connection.json"), JsonText.of(connection));
  }

  /**
   * Sends a message; answers its id.
   *
   * @param parent header of the message that it answers, or null
   */
  String send(Channel channel, String type, @Nullable String parent, Map<String, ?> content) {
    Wire.Request request = wire.request(type, parent, content);
    ZMQ.Socket socket = Objects.requireNonNull(sockets.get(channel));
    List<byte[]> frames = request.frames();
    for (int i = 0; i < frames.size(); i++) {
      socket.send(frames.get(i), ZMQ.DONTWAIT | (i + 1 < frames.size() ? ZMQ.SNDMORE : 0));
    }
    return request.id();
  }

  /**
   * Takes what came: replies always, what the kernel published as long as there is room.
   *
   * @return whether anything came
   */
  boolean pump(BooleanSupplier room) {
    boolean came = false;
    for (Map.Entry<Channel, ZMQ.Socket> entry : sockets.entrySet()) {
      while (!closed && (entry.getKey() != Channel.IOPUB || room.getAsBoolean())) {
        List<byte[]> frames = receive(entry.getValue());
        if (frames.isEmpty()) {
          break;
        }
        came = true;
        take(entry.getKey(), frames);
      }
    }
    return came;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      sockets.values().forEach(ZMQ.Socket::close);
      context.term();
    }
  }

  private void take(Channel channel, List<byte[]> frames) {
    try {
      taker.take(channel, wire.parse(frames));
    } catch (JsonException e) {
      log.accept("Skipped a message of the Jupyter kernel: " + e.getMessage());
    }
  }

  private static List<byte[]> receive(ZMQ.Socket socket) {
    List<byte[]> frames = new ArrayList<>();
    byte[] frame = socket.recv(ZMQ.DONTWAIT);
    while (frame != null) {
      frames.add(frame);
      frame = socket.hasReceiveMore() ? socket.recv() : null;
    }
    return frames;
  }

  /** All are held until the last is known, so that no port is found twice. */
  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        held.add(new ServerSocket(0, 1, InetAddress.ofLiteral(LOOPBACK)));
      }
      return new ArrayList<>(held.stream().map(ServerSocket::getLocalPort).toList());
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
  }
}
