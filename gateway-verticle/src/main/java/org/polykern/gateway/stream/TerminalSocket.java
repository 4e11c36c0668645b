package org.polykern.gateway.stream;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.polykern.common.problem.ProblemException;
import org.polykern.common.problem.ProblemKind;
import org.polykern.common.task.Tasks;
import org.polykern.gateway.stream.Terminals.Place;
import org.polykern.gateway.stream.Terminals.View;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's view of a terminal: its WebSocket, and the tunnel behind it. While there is no tunnel
 * (a restart, an agent that came back), the client is not read from. Confined to the socket's event
 * loop.
 */
final class TerminalSocket
    implements LiveStreams.LiveStream, TerminalCommands, TerminalReader.Sink {
  private static final Logger log = LoggerFactory.getLogger(TerminalSocket.class);

  /** On the way to a client: what is in front of the echo of a key, and of the end of a flood. */
  private static final int QUEUE_BYTES = 64 * 1024;

  /** What a client that says how much it took may have outstanding. */
  private static final int WINDOW_BYTES = 512 * 1024;

  /** A tunnel that ends sooner is not opened again: something is wrong that this does not mend. */
  private static final long SOON_NANOS = 1_000_000_000L;

  /** What all terminals of a gateway have in common. */
  record Surroundings(
      Vertx vertx, Tasks tasks, Tunnels tunnels, LiveStreams live, Terminals terminals) {}

  private final Surroundings around;
  private final ServerWebSocket socket;
  private final Context loop;
  private final TerminalReader.Sink client;
  private final Runnable heard;
  private View view;
  private boolean sized; // by the client; the size that opens a terminal is only for new ones
  private @Nullable NetSocket tunnel;
  private long attachedAt;
  private String ended = "";
  private long outstanding;
  private boolean counting;
  private volatile boolean closed; // tasks look at it too

  /** Takes the socket over; to be called on its event loop. */
  static void begin(Surroundings around, ServerWebSocket socket, Place place) {
    var made = new TerminalSocket(around, socket, place.view());
    around.live.add(place.view().session(), made);
    made.attach(place);
  }

  private TerminalSocket(Surroundings around, ServerWebSocket socket, View view) {
    this.around = around;
    this.socket = socket;
    this.view = view;
    this.loop = around.vertx.getOrCreateContext();
    socket.setWriteQueueMaxSize(QUEUE_BYTES);
    socket.pause();
    socket.drainHandler(drained -> regulate());
    socket.closeHandler(end -> over());
    this.client =
        RawTerminal.PROTOCOL.equals(socket.subProtocol())
            ? new RawTerminal(socket, this)
            : new JsonTerminal(socket, this);
    this.heard = KeepAlive.begin(around.vertx, socket, () -> tunnel != null && !isChoked());
  }

  private void attach(Place place) {
    view = place.view().resized(view.size());
    Future<NetSocket> opening = around.tunnels.open(place.opened());
    opening.onComplete(opened -> {
      if (opened.failed()) {
        fail(opened.cause());
      } else if (closed) {
        opened.result().close();
      } else {
        attached(opened.result());
      }
    });
  }

  private void attached(NetSocket opened) {
    tunnel = opened;
    attachedAt = System.nanoTime();
    ended = "";
    outstanding = 0;
    var reader = new TerminalReader(this);
    opened.exceptionHandler(
        failure -> log.debug("A terminal's tunnel failed: {}", failure.toString()));
    opened.drainHandler(drained -> regulate());
    opened.endHandler(end -> lost(opened));
    opened.handler(bytes -> {
      try {
        reader.read(bytes);
      } catch (IllegalArgumentException e) {
        log.warn("The runner of session {} sends nonsense: {}", view.session(), e.getMessage());
        CloseCode.INTERNAL.close(socket, "The terminal's runner sends nonsense.");
      }
    });
    if (sized) {
      opened.write(TerminalFrame.resize(view.size()));
    }
    regulate();
  }

  /** Who may go on reading. */
  private void regulate() {
    var open = tunnel;
    if (closed || socket.isClosed()) {
      return; // the handler of its end runs later
    }
    if (open == null || open.writeQueueFull()) {
      socket.pause();
    } else {
      socket.resume();
    }
    if (open != null) {
      if (socket.writeQueueFull() || outstanding > WINDOW_BYTES) {
        open.pause();
      } else {
        open.resume();
      }
    }
  }

  private boolean isChoked() {
    return tunnel != null && tunnel.writeQueueFull();
  }

  private void lost(NetSocket which) {
    if (closed || !which.equals(tunnel)) {
      return;
    }
    tunnel = null;
    regulate();
    if (ended.isEmpty() && System.nanoTime() - attachedAt < SOON_NANOS) {
      CloseCode.TRY_AGAIN.close(socket, "The terminal's connection broke; please try again later.");
      return;
    }
    var last = view;
    var sentence = ended;
    again(() -> around.terminals.reopen(last, sentence, () -> closed));
  }

  /** Opens the terminal anew, after work that may block. */
  private void again(Callable<Place> work) {
    around.tasks.start(
        "terminal-" + view.session(),
        () -> {
          try {
            var place = work.call();
            loop.runOnContext(go -> attach(place));
          } catch (Throwable e) { // whatever it is, the client gets to see it
            loop.runOnContext(go -> fail(e));
          }
        });
  }

  private void fail(Throwable failure) {
    if (failure instanceof TunnelException e) {
      var code = e.reason() == TunnelException.Reason.GONE ? CloseCode.NORMAL : CloseCode.TRY_AGAIN;
      code.close(socket, String.valueOf(e.getMessage()));
    } else if (failure instanceof ProblemException e) {
      var code = codeOf(e.problem().code().kind());
      if (code == CloseCode.NORMAL && !socket.isClosed()) {
        client.ended(e.problem().message());
      }
      code.close(socket, e.problem().message());
    } else {
      log.error("A terminal of session {} failed", view.session(), failure);
      CloseCode.INTERNAL.close(socket, "Something went wrong on our side.");
    }
  }

  private static CloseCode codeOf(ProblemKind kind) {
    return switch (kind) {
      // No such session or terminal any more, or none that runs.
      case CALLER, CONFLICT -> CloseCode.NORMAL;
      case UNAVAILABLE, OUTCOME_UNKNOWN, CAPACITY -> CloseCode.TRY_AGAIN;
      case INTERNAL -> CloseCode.INTERNAL;
    };
  }

  private void over() {
    closed = true;
    around.live.remove(view.session(), this);
    if (tunnel != null) {
      tunnel.close();
    }
  }

  @Override
  public void sessionEnded() {
    loop.runOnContext(go -> CloseCode.NORMAL.close(socket, "The session has ended."));
  }

  @Override
  public void gatewayStops() {
    loop.runOnContext(
        go -> CloseCode.RESTART.close(socket, "The gateway stops; please connect again."));
  }

  // From the client.

  @Override
  public void type(Buffer typed) {
    send(TerminalFrame.input(typed));
  }

  @Override
  public void resize(TerminalSize size) {
    view = view.resized(size);
    sized = true;
    send(TerminalFrame.resize(size));
  }

  @Override
  public void ping(Buffer payload) {
    send(TerminalFrame.ping(payload));
  }

  private void send(Buffer frames) {
    heard.run();
    if (tunnel != null) {
      tunnel.write(frames);
      if (tunnel.writeQueueFull()) {
        socket.pause();
      }
    }
  }

  @Override
  public void taken(long bytes) {
    heard.run();
    counting = true;
    outstanding = Math.max(0, outstanding - bytes);
    regulate();
  }

  @Override
  public void restart() {
    heard.run();
    var open = tunnel;
    if (open == null) {
      return; // one is under way
    }
    tunnel = null;
    open.close();
    regulate();
    var last = view;
    again(() -> around.terminals.restart(last, () -> closed));
  }

  @Override
  public void refuse(CloseCode code, String reason) {
    code.close(socket, reason);
  }

  // From the terminal.

  @Override
  public void output(Buffer piece) {
    if (!socket.isClosed()) {
      client.output(piece);
      sent(piece);
    }
  }

  @Override
  public void screen(Buffer piece) {
    if (!socket.isClosed()) {
      client.screen(piece);
      sent(piece);
    }
  }

  private void sent(Buffer piece) {
    if (counting) {
      outstanding += piece.length();
    }
    if (tunnel != null && (socket.writeQueueFull() || outstanding > WINDOW_BYTES)) {
      tunnel.pause();
    }
  }

  @Override
  public void size(TerminalSize size) {
    if (!socket.isClosed()) {
      client.size(size);
    }
  }

  @Override
  public void pong(Buffer payload) {
    if (!socket.isClosed()) {
      client.pong(payload);
    }
  }

  @Override
  public void ended(String sentence) {
    // Not told yet: it may have ended for a restart of the session, and then begins again.
    ended = sentence.isEmpty() ? "The terminal has ended." : sentence;
  }
}
