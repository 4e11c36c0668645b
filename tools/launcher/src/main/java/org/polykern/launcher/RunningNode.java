package org.polykern.launcher;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.polykern.agent.AgentVerticle;
import org.polykern.launcher.instance.InstanceLock;
import org.polykern.launcher.instance.InstanceRecord;
import org.polykern.launcher.instance.ProcessIdentity;
import org.polykern.launcher.settings.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node from its start until SIGTERM or SIGINT. The shutdown hook stops it; when the signal comes
 * during the start, the hook waits until the start has noticed.
 */
final class RunningNode {
  private static final Logger log = LoggerFactory.getLogger(RunningNode.class);
  private static final Duration START_GRACE = Duration.ofSeconds(60);

  private final Node node;
  private final InstanceLock lock;
  private volatile InstanceRecord instance;
  private final CountDownLatch startEnded = new CountDownLatch(1);

  private RunningNode(Node node, InstanceLock lock, InstanceRecord instance) {
    this.node = node;
    this.lock = lock;
    this.instance = instance;
  }

  /**
   * Starts the node and publishes it. The lock is given back when the start fails or the node
   * stops.
   */
  static RunningNode start(NodeOptions options, Settings settings, InstanceLock lock) {
    var node = new Node(options, settings, Console::step);
    var instance =
        new InstanceRecord(
            ProcessIdentity.self(),
            InstanceRecord.STARTING,
            "",
            String.join(",", options.roles().stream().map(Role::label).sorted().toList()),
            options.config().map(path -> path.toAbsolutePath().toString()).orElse(""),
            Instant.now());
    lock.publish(instance);
    var running = new RunningNode(node, lock, instance);
    Runtime.getRuntime().addShutdownHook(new Thread(running::stop, "stop"));
    try {
      node.start();
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    } finally {
      running.startEnded.countDown();
    }
    running.instance = instance.ready(node.url());
    lock.publish(running.instance);
    log.info("Ready: {}", running.url());
    return running;
  }

  /** Waits for ever; the process ends by a signal. */
  void awaitSignal() throws InterruptedException {
    new CountDownLatch(1).await();
  }

  Optional<AgentVerticle> agent() {
    return node.agent();
  }

  String url() {
    return instance.url();
  }

  private void stop() {
    if (!lock.isHeld()) {
      return;
    }
    log.info("Stopping");
    Console.say("Stopping");
    lock.publish(instance.withState(InstanceRecord.STOPPING));
    var failures = node.stop();
    try {
      if (!startEnded.await(START_GRACE.toSeconds(), TimeUnit.SECONDS)) {
        log.error("The start did not end within {}; something may be left running", START_GRACE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    failures.forEach(failure -> log.error("Not stopped cleanly", failure));
    if (failures.isEmpty()) {
      lock.close();
    }
  }
}
