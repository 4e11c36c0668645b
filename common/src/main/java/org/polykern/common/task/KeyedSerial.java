package org.polykern.common.task;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A mailbox per key: bodies of one key run one after the other in the order given, bodies of
 * different keys side by side. A body that throws is logged; the next one runs. A mailbox exists
 * only while it has work.
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

  private void drain(K key) {
    for (var next = next(key); next != null; next = next(key)) {
      tasks.runLogged(key.toString(), next);
    }
  }

  /** The next body, or null: then the mailbox is gone and the next submit starts a new task. */
  private Tasks.@Nullable Body next(K key) {
    lock.lock();
    try {
      var mailbox = mailboxes.get(key);
      var next = mailbox == null ? null : mailbox.poll();
      if (next == null) {
        mailboxes.remove(key);
      }
      return next;
    } finally {
      lock.unlock();
    }
  }
}
