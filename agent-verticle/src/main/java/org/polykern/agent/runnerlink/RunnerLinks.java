package org.polykern.agent.runnerlink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/**
 * All links of an agent: the ZeroMQ context and the thread that reads. Selection keys say "look
 * again", not "there is data" (ZeroMQ's channels are edge-like), so every wake-up reads until the
 * socket would block.
 */
public final class RunnerLinks implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RunnerLinks.class);
  private static final int MAX_SOCKETS = 65_536;

  private final ZMQ.Context context = ZMQ.context(1);
  private final Selector selector;
  private final ConcurrentLinkedQueue<Runnable> posted = new ConcurrentLinkedQueue<>();
  private final Set<RunnerLink> open = ConcurrentHashMap.newKeySet();
  private final Thread thread;
  private volatile boolean closing;

  public RunnerLinks() {
    context.setMaxSockets(MAX_SOCKETS);
    try {
      selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot open a selector for the runner links", e);
    }
    thread = Thread.ofPlatform().daemon().name("agent-links").unstarted(this::loop);
    thread.start();
  }

  /**
   * Begins to connect to a runner; commands may be sent at once, they queue until it answers.
   *
   * @param host address of the runner
   * @param keys the agent's keys for this kernel
   */
  public RunnerLink connect(
      String host, Announcement runner, LinkKeys keys, RunnerListener listener) {
    var link = new RunnerLink(this, host, runner, keys, listener);
    open.add(link);
    return link;
  }

  void closed(RunnerLink link) {
    open.remove(link);
  }

  /** Does the work soon on the reading thread. */
  void post(Runnable work) {
    posted.add(work);
    selector.wakeup();
  }

  ZMQ.Socket socket(SocketType type) {
    return context.socket(type);
  }

  /** Calls {@code ready} whenever the socket may have something; only on the reading thread. */
  SelectionKey watch(ZMQ.Socket socket, Runnable ready) throws IOException {
    var channel = socket.getFD();
    channel.configureBlocking(false);
    return channel.register(selector, SelectionKey.OP_READ, ready);
  }

  /** Closes every link too; the runners stay. */
  @Override
  public void close() {
    open.forEach(RunnerLink::close); // the context waits for its sockets
    closing = true;
    selector.wakeup();
    try {
      thread.join();
      selector.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      log.warn("Cannot close the selector of the runner links", e);
    }
    context.term();
  }

  private void loop() {
    while (true) {
      Runnable work;
      while ((work = posted.poll()) != null) {
        guarded(work);
      }
      if (closing) {
        return;
      }
      try {
        selector.select(RunnerLinks::ready);
      } catch (IOException e) {
        log.error("Selecting on the runner links failed; they are deaf now", e);
        return;
      }
    }
  }

  private static void ready(SelectionKey key) {
    if (key.attachment() instanceof Runnable work) {
      guarded(work);
    }
  }

  private static void guarded(Runnable work) {
    try {
      work.run();
    } catch (CancelledKeyException closedByAnEarlierHandler) {
      log.trace("A link was closed while it had something to read");
    } catch (RuntimeException e) {
      log.error("Reading a runner link failed", e);
    }
  }
}
