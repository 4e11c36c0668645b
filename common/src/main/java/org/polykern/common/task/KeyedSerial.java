package org.polykern.common.task;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A mailbox per key: bodies of one key run one after the other in the order given, bodies of
 * different keys side by side. A mailbox exists only while it has work.
 */
public final class KeyedSerial<K> {
  private final Tasks tasks;
  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock. A key is present exactly while a task works on it.
  private final Map<K, ArrayDeque<Tasks.Body>> mailboxes = new HashMap<>();

  public KeyedSerial(Tasks tasks) {
    this.tasks = tasks;
  }

  /** Never blocks. */
  public void submit(K key, Tasks.Body body) {
    lock.lock();
    try {
      var mailbox = mailboxes.get(key);
      if (mailbox != null) {
        mailbox.add(body);
        return;
      }
      mailbox = new ArrayDeque<>();
      mailbox.add(body);
      mailboxes.put(key, mailbox);
    } finally {
      lock.unlock();
    }
    tasks.start(key.toString(), () -> drain(key));
  }

  private void drain(K key) throws Exception {
    Exception failure = null;
    while (true) {
      Tasks.Body next;
      lock.lock();
      try {
        var mailbox = mailboxes.get(key);
        next = mailbox == null ? null : mailbox.poll();
        if (next == null) {
          mailboxes.remove(key);
          break;
        }
      } finally {
        lock.unlock();
      }
      try {
        next.run();
      } catch (Exception e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
