package org.polykern.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client's end of a WebSocket, whose messages are taken one by one. */
final class TestSocket implements WebSocket.Listener, AutoCloseable {
  private static final int CLOSE = -1;
  private static final int SECONDS = 20;

  /** What came: a whole message, or the end. */
  private record Came(int code, String text, Buffer bytes) {}

  private final LinkedBlockingQueue<Came> came = new LinkedBlockingQueue<>();
  private final StringBuilder text = new StringBuilder();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private WebSocket socket;

  static TestSocket open(SignedClient client, String target, String... subprotocols) {
    var made = new TestSocket();
    made.socket = client.webSocket(target, made, subprotocols).join();
    return made;
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    text.append(data);
    if (last) {
      came.add(new Came(0, text.toString(), null));
      text.setLength(0);
    }
    from.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
    var piece = new byte[data.remaining()];
    data.get(piece);
    bytes.writeBytes(piece);
    if (last) {
      came.add(new Came(0, null, Buffer.buffer(bytes.toByteArray())));
      bytes.reset();
    }
    from.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    came.add(new Came(code, reason, null));
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    came.add(new Came(CLOSE, String.valueOf(error), null));
  }

  String subprotocol() {
    return socket.getSubprotocol();
  }

  void sendText(String message) {
    socket.sendText(message, true).join();
  }

  void sendBinary(byte[] message) {
    socket.sendBinary(ByteBuffer.wrap(message), true).join();
  }

  String nextText() throws InterruptedException {
    var next = next();
    assertThat(next.code()).as("closed: " + next.text()).isZero();
    return next.text() != null ? next.text() : next.bytes().toString();
  }

  Buffer nextBytes() throws InterruptedException {
    var next = next();
    assertThat(next.code()).as("closed: " + next.text()).isZero();
    return next.bytes();
  }

  /** Of the next thing that comes, which must be the end; -1 when it was no clean one. */
  int closeCode() throws InterruptedException {
    return end().code();
  }

  /** Why, of the same. */
  String closeReason() throws InterruptedException {
    return end().text();
  }

  private Came end() throws InterruptedException {
    var next = next();
    assertThat(next.code()).as("not closed, but: " + next.text()).isNotZero();
    came.add(next); // so that both may be asked for
    return next;
  }

  private Came next() throws InterruptedException {
    var next = came.poll(SECONDS, TimeUnit.SECONDS);
    assertThat(next).as("nothing came for %d s", SECONDS).isNotNull();
    return next;
  }

  void close(int code) {
    socket.sendClose(code, "").join();
  }

  /** As a cable that is pulled. */
  void cut() {
    socket.abort();
  }

  @Override
  public void close() {
    socket.abort();
  }
}
