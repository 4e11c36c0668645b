package zmq;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.atomic.AtomicLong;
import zmq.util.Errno;

/**
 * Wakes the thread that reads a mailbox. Same contract as the library's class, with the two halves
 * of a signal in the other order: the library writes the byte first and counts it afterwards.
 *
 * <p>Where all threads share one core (a session with one cpu) the write wakes the reader, which
 * preempts the writer before the count: the reader finds its pipe readable, but nothing counted,
 * and asks again and again until its time slice (3 to 4 ms) is over. Counting first closes that
 * gap: measured, a print(1) over the whole path fell from 4 ms to about 1 ms.
 */
final class Signaler implements Closeable {
  private final Pipe.SourceChannel source;
  private final Pipe.SinkChannel sink;
  private final Selector selector;
  private final Ctx context;
  private final Errno errno;
  private final AtomicLong sent = new AtomicLong();
  // Confined to the mailbox's reader.
  private long received;

  Signaler(Ctx context, @SuppressWarnings("unused") int pid, Errno errno) {
    this.context = context;
    this.errno = errno;
    try {
      Pipe pipe = Pipe.open();
      source = pipe.source();
      sink = pipe.sink();
      source.configureBlocking(false);
      sink.configureBlocking(false);
      selector = context.createSelector();
      source.register(selector, SelectionKey.OP_READ);
    } catch (IOException e) {
      throw new ZError.IOException(e);
    }
  }

  SelectableChannel getFd() {
    return source;
  }

  void send() {
    sent.incrementAndGet();
    transfer(true);
  }

  /**
   * Whether a signal is there.
   *
   * @param timeout milliseconds; 0 = do not wait, negative = without limit
   */
  boolean waitEvent(long timeout) {
    if (received < sent.get()) {
      return true;
    }
    if (timeout == 0) {
      errno.set(ZError.EAGAIN);
      return false;
    }
    try {
      int ready = selector.select(Math.max(timeout, 0));
      selector.selectedKeys().clear();
      if (ready > 0) {
        return true;
      }
      errno.set(
          timeout < 0 || Thread.currentThread().isInterrupted() ? ZError.EINTR : ZError.EAGAIN);
    } catch (ClosedSelectorException e) {
      errno.set(ZError.EINTR);
    } catch (IOException e) {
      errno.set(ZError.exccode(e));
    }
    return false;
  }

  void recv() {
    transfer(false);
    received++;
  }

  /**
   * Moves one byte. The other side is at most a preemption away, so it is asked until it is there.
   */
  private void transfer(boolean out) {
    ByteBuffer one = ByteBuffer.allocate(1);
    try {
      while ((out ? sink.write(one) : source.read(one)) == 0) {
        Thread.onSpinWait();
      }
    } catch (IOException e) {
      errno.set(ZError.EINTR);
      if (out) {
        throw new ZError.IOException(e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    try (sink;
        source) {
      context.closeSelector(selector);
    }
  }
}
