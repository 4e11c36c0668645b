package org.polykern.runner.language;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.polykern.runner.link.MessageType;
import org.polykern.runner.loop.EventLoop;
import org.polykern.runner.spawn.Signal;

/** The life of an interpreter, with one that exists in this test only. */
@Timeout(10)
class InterpreterLanguageTest {
  private final List<String> heard = new ArrayList<>();
  private EventLoop loop;
  private Fake fake;

  /** Does what the test says, and dies of SIGKILL. */
  private static final class Fake extends InterpreterLanguage<String> {
    private final List<String> executed = new ArrayList<>();

    Fake(EventLoop loop, Listener listener) {
      super("The fake", Duration.ofMillis(50), loop, line -> {}, listener);
    }

    @Override
    protected String launch() throws IOException {
      return "process";
    }

    @Override
    protected void execute(String running, byte[] source) {
      text.begin();
      executed.add(new String(source, StandardCharsets.UTF_8));
    }

    @Override
    protected void signal(String running, Signal signal) {
      if (signal == Signal.KILL) {
        loop.post(() -> ended(137));
      }
    }

    @Override
    public void input(byte[] line) {}

    @Override
    public void complete(String id, String code) {
      listener.noCompletion(id);
    }

    @Override
    public void adjustReading() {}
  }

  private final class Recorded implements Language.Listener {
    @Override
    public void output(MessageType type, ByteBuffer body) {
      heard.add(StandardCharsets.UTF_8.decode(body).toString());
    }

    @Override
    public void waitingInput(boolean password) {}

    @Override
    public void finished(int exitCode) {
      heard.add("finished " + exitCode);
      loop.stop();
    }

    @Override
    public void completion(String id, byte[] json) {}

    @Override
    public boolean hasRoom() {
      return true;
    }
  }

  @BeforeEach
  void make() throws IOException {
    loop = new EventLoop(line -> heard.add("log " + line));
    fake = new Fake(loop, new Recorded());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void ready() throws IOException {
    fake.start();
    fake.becameReady();
    loop.post(loop::stop);
    loop.run();
  }

  @Test
  void shouldEndAnInterpreterThatDoesNotBecomeReady() throws IOException {
    fake.run(bytes("x"));
    loop.run();
    assertThat(heard)
        .containsExactly(
            "The fake was not ready within 0 s and is ended.\n",
            "The fake ended by signal 9 before it was ready to run code.\n",
            "finished 127");
    assertThat(fake.executed).isEmpty();
  }

  @Test
  void shouldShowWhatWasPrintedBeforeItDiedUnready() {
    fake.run(bytes("x"));
    fake.text.add(true, ByteBuffer.wrap(bytes("no library\n")));
    fake.ended(1);
    assertThat(heard)
        .containsExactly(
            "The fake ended with status 1 before it was ready to run code.\n",
            "no library\n",
            "finished 127");
  }

  @Test
  void shouldEndAWaitingRunByAnInterruptAndTakeTheNext() throws IOException {
    fake.run(bytes("x"));
    fake.interrupt(Signal.INTERRUPT);
    assertThat(heard).containsExactly("finished 130");
    fake.becameReady();
    fake.run(bytes("y"));
    assertThat(fake.executed).containsExactly("y");
  }

  @Test
  void shouldTellTheNextRunOfADeathBetweenRunsOnce() throws IOException {
    ready();
    fake.run(bytes("x"));
    fake.end(0);
    fake.ended(137);
    heard.clear();
    ready();
    fake.run(bytes("y"));
    fake.end(0);
    fake.run(bytes("z"));
    assertThat(heard)
        .containsExactly(
            "The fake ended by signal 9 between two runs; its variables are lost.\n", "finished 0");
  }

  @Test
  void shouldNotMournVariablesOfAnInterpreterThatHadNoRun() throws IOException {
    ready();
    fake.ended(1);
    ready();
    fake.run(bytes("x"));
    assertThat(heard).isEmpty();
  }

  @Test
  void shouldReplaceAnInterpreterThatDiesInARun() throws IOException {
    ready();
    fake.run(bytes("x"));
    fake.ended(3);
    assertThat(heard)
        .containsExactly(
            "The fake ended with status 3; its variables are lost, and a new one starts with the"
                + " next run.\n",
            "finished 3");
    assertThat(fake.process()).isNotNull();
  }
}
