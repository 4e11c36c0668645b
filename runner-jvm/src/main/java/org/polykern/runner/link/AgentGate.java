package org.polykern.runner.link;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/**
 * The ZAP handler (RFC 27): lets in the one peer that proves to hold the agent's key. It lives on
 * the loop thread, so a handshake is answered between two other events.
 */
final class AgentGate {
  private static final int REQUEST_FRAMES = 7;

  private final ZMQ.Socket socket;
  private final byte[] agentKey;
  private final Consumer<String> log;

  AgentGate(ZMQ.Context context, byte[] agentKey, Consumer<String> log) {
    this.socket = context.socket(SocketType.REP);
    this.socket.setLinger(0);
    this.socket.bind("inproc://zeromq.zap.01");
    this.agentKey = agentKey;
    this.log = log;
  }

  ZMQ.Socket socket() {
    return socket;
  }

  /** Answers every waiting request. */
  void pump() {
    byte[] frame;
    while ((frame = socket.recv(ZMQ.DONTWAIT)) != null) {
      List<byte[]> frames = new ArrayList<>(REQUEST_FRAMES);
      frames.add(frame);
      while (socket.hasReceiveMore()) {
        frames.add(Objects.requireNonNullElse(socket.recv(), frame));
      }
      answer(frames);
    }
  }

  private void answer(List<byte[]> request) {
    boolean known =
        request.size() == REQUEST_FRAMES
            && text(request.get(5)).equals("CURVE")
            && MessageDigest.isEqual(request.get(6), agentKey);
    if (!known) {
      log.accept("Refused a connection: its key is not the agent's.");
    }
    socket.sendMore("1.0");
    socket.sendMore(request.size() > 1 ? request.get(1) : new byte[0]);
    socket.sendMore(known ? "200" : "400");
    socket.sendMore(known ? "OK" : "Expected the agent's key, but got another.");
    socket.sendMore(known ? "agent" : "");
    socket.send("");
  }

  private static String text(byte[] frame) {
    return new String(frame, StandardCharsets.US_ASCII);
  }
}
