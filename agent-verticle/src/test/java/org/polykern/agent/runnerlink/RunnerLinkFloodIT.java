package org.polykern.agent.runnerlink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

class RunnerLinkFloodIT {
  private static final int MESSAGES = 4096;

  /** Holds up the reading thread until everything was sent. */
  private static final class HeldListener implements RunnerListener {
    private final CountDownLatch sent = new CountDownLatch(1);
    private final CountDownLatch all = new CountDownLatch(MESSAGES);
    private final List<Long> numbers = new ArrayList<>();

    @Override
    public void onHello(RunnerHello hello) {}

    @Override
    public void onStatus(long unackedBytes) {}

    @Override
    public void onRefusals(Refusals refusals) {}

    @Override
    public void onOutput(OutputKind kind, String run, long seq, byte[] body) {
      try {
        assertThat(sent.await(20, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      numbers.add(seq);
      all.countDown();
    }
  }

  @Test
  void shouldLoseNothingOfAWindowfulWhileItsReaderIsHeldUp() throws Exception {
    var listener = new HeldListener();
    var keys = ZMQ.Curve.generateKeyPair();
    var context = ZMQ.context(1);
    try (var links = new RunnerLinks();
        var commands = context.socket(SocketType.PULL);
        var messages = context.socket(SocketType.PUSH)) {
      for (var socket : List.of(commands, messages)) {
        socket.setCurveServer(true);
        socket.setCurveSecretKey(ZMQ.Curve.z85Decode(keys.secretKey));
        socket.setLinger(0);
      }
      messages.setSndHWM(0);
      var announcement =
          new Announcement(
              keys.publicKey,
              commands.bindToRandomPort("tcp://127.0.0.1"),
              messages.bindToRandomPort("tcp://127.0.0.1"),
              0);
      links.connect("127.0.0.1", announcement, LinkKeys.generate(), listener);
      for (var seq = 1; seq <= MESSAGES; seq++) {
        messages.send("stdout", ZMQ.SNDMORE);
        var text = "{\"run\": \"r\", \"seq\": " + seq + "}\n" + "x".repeat(200);
        messages.send(text.getBytes(StandardCharsets.UTF_8), 0);
      }
      listener.sent.countDown();
      assertThat(listener.all.await(20, TimeUnit.SECONDS)).isTrue();
    } finally {
      context.term();
    }
    assertThat(listener.numbers).isEqualTo(LongStream.rangeClosed(1, MESSAGES).boxed().toList());
  }
}
