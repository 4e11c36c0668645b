package org.polykern.runner.link;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.loop.EventLoop;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/**
 * Both sockets of the runner link.
 *
 * <p>The sockets' event channels are edge-like: they say "look again", not "there is data". So
 * {@link #pump} runs before every wait of the loop and reads and writes until both sockets would
 * block.
 */
public final class AgentLink {
  private static final int MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

  /**
   * Messages that JeroMQ may hold for the peer; a plain peer has no window, so this bounds memory.
   */
  private static final int SEND_QUEUE = 64;

  /** A message without a number: a header line (with its LF) and a body; one frame if no type. */
  private static final class Control {
    private final @Nullable MessageType type;
    private final byte[] header;
    private final byte[] body;

    Control(@Nullable MessageType type, byte[] header, byte[] body) {
      this.type = type;
      this.header = header;
      this.body = body;
    }

    byte[] framed() {
      byte[] joined = Arrays.copyOf(header, header.length + body.length);
      System.arraycopy(body, 0, joined, header.length, body.length);
      return joined;
    }
  }

  private final Consumer<String> log;
  private final ZMQ.Context context;
  private final ZMQ.Socket commands;
  private final ZMQ.Socket messages;
  private final @Nullable AgentGate gate;
  private final @Nullable String publicKey;
  private final Outbox outbox;
  private final ArrayDeque<Control> controls = new ArrayDeque<>();
  private Consumer<Command> handler = command -> {};
  private boolean framed;
  private boolean plainOnly;
  private boolean receiving = true;

  /**
   * Where and for whom to listen.
   *
   * @param bind address to bind
   * @param replin port for commands, 0 = any
   * @param replout port for messages, 0 = any
   * @param agentKey Z85 public key of the only peer to let in; null = no encryption
   * @param windowBytes how many bytes of output may wait for their acknowledgement
   */
  public record Settings(
      String bind, int replin, int replout, @Nullable String agentKey, long windowBytes) {}

  /**
   * Binds both sockets.
   *
   * @throws org.zeromq.ZMQException if a port is taken
   */
  public AgentLink(Settings settings, EventLoop loop, Consumer<String> log) throws IOException {
    this.log = log;
    this.outbox = new Outbox(settings.windowBytes());
    this.context = ZMQ.context(1);
    this.commands = context.socket(SocketType.PULL);
    this.messages = context.socket(SocketType.PUSH);
    commands.setMaxMsgSize(MAX_MESSAGE_BYTES);
    messages.setSndHWM(SEND_QUEUE);
    messages.setLinger(500);
    commands.setLinger(0);
    String key = settings.agentKey();
    if (key != null) {
      // JeroMQ 0.6.0 hands over the encrypted message when this queue of a CURVE socket is full.
      // The
      // agent is trusted and its commands are small, so it has no limit.
      commands.setRcvHWM(0);
      ZMQ.Curve.KeyPair pair = ZMQ.Curve.generateKeyPair();
      this.publicKey = pair.publicKey;
      this.gate = new AgentGate(context, ZMQ.Curve.z85Decode(key), log);
      protect(commands, pair);
      protect(messages, pair);
      loop.watch(gate.socket().getFD(), SelectionKey.OP_READ, this::pump);
    } else {
      this.publicKey = null;
      this.gate = null;
    }
    commands.bind(endpoint(settings.bind(), settings.replin()));
    messages.bind(endpoint(settings.bind(), settings.replout()));
    loop.watch(commands.getFD(), SelectionKey.OP_READ, this::pump);
    loop.watch(messages.getFD(), SelectionKey.OP_READ, this::pump);
  }

  /** The runner's Z85 public key, or null without encryption. */
  public @Nullable String publicKey() {
    return publicKey;
  }

  /** The bound port for commands. */
  public int replin() {
    return port(commands);
  }

  /** The bound port for messages. */
  public int replout() {
    return port(messages);
  }

  /** Who takes the commands. */
  public void onCommand(Consumer<Command> taker) {
    handler = taker;
  }

  /** Sends a numbered message of a run; answers its number. */
  public long output(MessageType type, String run, ByteBuffer body) {
    return outbox.add(type, run, body);
  }

  /** Sends a message without a number, ahead of waiting output. */
  public void control(MessageType type, String header, byte[] body) {
    controls.add(new Control(type, (header + "\n").getBytes(StandardCharsets.UTF_8), body));
  }

  /** Sends a message of one frame. */
  public void single(byte[] frame) {
    controls.add(new Control(null, new byte[0], frame));
  }

  /** Takes every command as it is: its first frame may be any text, {@code hello} too. */
  public void speakPlainOnly() {
    plainOnly = true;
  }

  /** Takes commands, or leaves them in the peer's socket. */
  public void receiving(boolean wanted) {
    receiving = wanted;
  }

  /** From now on every message has a header line, and output waits for acknowledgements. */
  public void startFraming() {
    framed = true;
  }

  /** Whether hello was said. */
  public boolean framed() {
    return framed;
  }

  /**
   * The agent says that it has everything up to {@code seq}.
   *
   * @return what it can have: the number of the last message that was sent, if that is less
   */
  public long acknowledged(long seq) {
    return outbox.acknowledged(seq);
  }

  /** Sends everything that was not acknowledged once more. */
  public void resendAll() {
    outbox.resendAll();
  }

  /** Whether more output may be read from the user's program. */
  public boolean hasRoom() {
    return outbox.hasRoom();
  }

  /** Bytes of output that the agent has not acknowledged. */
  public long unackedBytes() {
    return outbox.heldBytes();
  }

  /** The number of the next output message. */
  public long nextSeq() {
    return outbox.next();
  }

  /** Reads and writes until nothing more can be done without waiting. */
  public void pump() {
    if (gate != null) {
      gate.pump();
    }
    receive();
    send();
    // Processes what JeroMQ's own thread has told this socket; without it the loop would spin.
    messages.getEvents();
    send();
  }

  /** Lets queued messages leave (half a second at most) and closes the sockets. */
  public void close() {
    send();
    commands.close();
    messages.close();
    if (gate != null) {
      gate.socket().close();
    }
    context.term();
  }

  private void receive() {
    byte[] type;
    while (receiving && (type = commands.recv(ZMQ.DONTWAIT)) != null) {
      int frames = 1;
      byte[] payload = new byte[0];
      while (commands.hasReceiveMore()) {
        payload = Objects.requireNonNullElse(commands.recv(), payload);
        frames++;
      }
      if (frames == 2) {
        dispatch(type, payload);
      }
    }
  }

  private void dispatch(byte[] type, byte[] payload) {
    try {
      boolean hello = !plainOnly && new String(type, StandardCharsets.US_ASCII).equals("hello");
      handler.accept(Command.parse(type, payload, framed || hello));
    } catch (RuntimeException e) {
      log.accept("Skipped a command of the agent: " + e);
    }
  }

  private void send() {
    Control control;
    while ((control = controls.peek()) != null) {
      if (!send(control.type, framed ? control.framed() : control.body)) {
        return;
      }
      controls.remove();
    }
    Output output;
    while ((output = outbox.firstUnsent()) != null) {
      if (!send(output.type(), framed ? output.framed() : output.plain())) {
        return;
      }
      outbox.sentFirst(framed);
    }
  }

  private boolean send(@Nullable MessageType type, byte[] payload) {
    if (type == null) {
      return messages.send(payload, ZMQ.DONTWAIT);
    }
    // Only the first frame can be refused: a message is taken whole or not at all.
    return messages.send(type.wire(), ZMQ.SNDMORE | ZMQ.DONTWAIT) && messages.send(payload, 0);
  }

  private static void protect(ZMQ.Socket socket, ZMQ.Curve.KeyPair pair) {
    socket.setCurveServer(true);
    socket.setCurveSecretKey(ZMQ.Curve.z85Decode(pair.secretKey));
    socket.setZapDomain("runner");
  }

  private static String endpoint(String bind, int port) {
    return "tcp://" + bind + ":" + (port == 0 ? "*" : Integer.toString(port));
  }

  private static int port(ZMQ.Socket socket) {
    String endpoint = socket.getLastEndpoint();
    return Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
  }
}
