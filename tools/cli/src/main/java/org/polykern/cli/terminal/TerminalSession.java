package org.polykern.cli.terminal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.polykern.cli.client.ApiClient;
import org.polykern.cli.client.ApiException;
import org.polykern.cli.client.ApiSocket;
import org.polykern.cli.client.ClientException;
import org.polykern.cli.client.SessionClient;
import org.polykern.cli.client.UnreachableException;

/** A session's terminal in this one, until somebody leaves or it ends. Used once. */
public final class TerminalSession {
  /** The sub-protocol that carries bytes as they are. */
  public static final String PROTOCOL = "polykern.terminal.v1";

  /** As long as the server keeps a terminal that nobody looks at. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final Duration PING_EVERY = Duration.ofSeconds(10);
  private static final Duration SILENCE = Duration.ofSeconds(30);

  /** Between attempts to connect again, milliseconds; the last one for ever. */
  private static final int[] PAUSES = {50, 200, 500, 1000, 2000};

  /** Attempts before anybody is told: most cuts are over by then. */
  private static final int SAID_AFTER = 3;

  /**
   * What is looked at.
   *
   * @param name of the terminal; the same name is the same terminal
   * @param readOnly nothing typed is sent, nor this window's size
   */
  public record Target(String session, String name, boolean readOnly) {
    String route(LocalTerminal.Size size) {
      String route =
          "/stream/session/"
              + SessionClient.encode(session)
              + "/pty?terminal="
              + SessionClient.encode(name);
      return readOnly ? route : route + "&rows=" + size.rows() + "&cols=" + size.cols();
    }
  }

  /** How it ended. */
  public sealed interface Outcome {
    /** By the detach keys: the terminal goes on. */
    record Detached() implements Outcome {}

    /** The session has ended, or its terminal; why. */
    record Ended(String sentence) implements Outcome {}

    /** The connection broke and did not come back. */
    record Lost(String reason) implements Outcome {}
  }

  private sealed interface Event {
    record Ended(View view, View.End end) implements Event {}

    record Left() implements Event {}
  }

  private record Connection(ApiSocket socket, View view, Outbox outbox) {}

  /** After a connection: another one, or the end. */
  private sealed interface Next {
    record Go(Connection connection) implements Next {}

    record Stop(Outcome outcome) implements Next {}
  }

  private final ApiClient api;
  private final Target target;
  private final DetachKeys keys;
  private final Clock clock;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private volatile @Nullable Outbox outbox;
  private volatile LocalTerminal.Size size = new LocalTerminal.Size(24, 80);
  private int attempts;
  private long cutAt;

  /** A view that is opened by {@link #run}. */
  public TerminalSession(ApiClient api, Target target, DetachKeys keys, Clock clock) {
    this.api = api;
    this.target = target;
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * Shows it; blocks until the end.
   *
   * @throws ClientException if it cannot be opened at all
   * @throws IOException if this process has no terminal to show it in
   */
  public Outcome run() throws IOException {
    try (LocalTerminal local = LocalTerminal.open()) {
      size = local.size().orUsual();
      // What is typed before the first screen is drawn must not mean anything here any more.
      ApiSocket socket = socket();
      local.raw();
      Connection connection = connection(local, socket);
      try (var _ = local.watch(this::resized)) {
        Keyboard keyboard = new Keyboard(local, keys, target.readOnly(), listener());
        Thread.ofPlatform().daemon().name("terminal-keys").start(keyboard::run);
        return watch(local, connection);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Outcome.Lost("interrupted");
    }
  }

  private Keyboard.Listener listener() {
    return new Keyboard.Listener() {
      @Override
      public void typed(byte[] bytes) throws InterruptedException {
        Outbox sending = outbox;
        if (sending != null) { // While there is no connection, what is typed is lost.
          sending.input(bytes);
        }
      }

      @Override
      public void left() {
        events.add(new Event.Left());
      }
    };
  }

  private void resized(LocalTerminal.Size now) {
    LocalTerminal.Size before = size;
    size = now.orUsual();
    Outbox sending = outbox;
    if (sending != null && !target.readOnly() && !size.equals(before)) {
      sending.resize(size);
    }
  }

  private ApiSocket socket() {
    return api.socket(target.route(size), PROTOCOL);
  }

  private Connection connection(LocalTerminal local, ApiSocket socket) {
    Outbox sending = new Outbox(socket);
    outbox = sending;
    View view =
        new View(local, socket, sending, (from, end) -> events.add(new Event.Ended(from, end)));
    return new Connection(socket, view, sending);
  }

  private Outcome watch(LocalTerminal local, Connection first) throws InterruptedException {
    Connection connection = first;
    while (true) {
      Event event = event(connection);
      outbox = null;
      connection.outbox().finish();
      connection.socket().close(1000, "");
      if (connection.view().drawn()) {
        attempts = 0;
        cutAt = clock.millis();
      }
      switch (after(local, event)) {
        case Next.Go(Connection next) -> connection = next;
        case Next.Stop(Outcome outcome) -> {
          return outcome;
        }
      }
    }
  }

  /** Waits for the end of this connection, and asks for signs of life meanwhile. */
  private Event event(Connection connection) throws InterruptedException {
    while (true) {
      Event event = events.poll(PING_EVERY.toMillis(), TimeUnit.MILLISECONDS);
      if (event instanceof Event.Ended(View view, View.End end) && view != connection.view()) {
        continue; // An earlier connection's last word.
      }
      if (event != null) {
        return event;
      }
      if (connection.view().silence().compareTo(SILENCE) > 0) {
        return new Event.Ended(connection.view(), new View.End.Cut(ApiSocket.BROKEN, "no answer"));
      }
      connection.outbox().ping();
    }
  }

  private Next after(LocalTerminal local, Event event) throws InterruptedException {
    return switch (event) {
      case Event.Left left -> new Next.Stop(new Outcome.Detached());
      case Event.Ended(View view, View.End.Over(String sentence)) ->
          new Next.Stop(new Outcome.Ended(sentence));
      case Event.Ended(View view, View.End.Cut(int code, String reason)) ->
          switch (code) {
            case 1000 -> new Next.Stop(new Outcome.Ended(reason));
            case 1003, 1007, 1009 -> new Next.Stop(new Outcome.Lost(reason));
            default -> reconnect(local, reason.isEmpty() ? "closed with " + code : reason);
          };
    };
  }

  private Next reconnect(LocalTerminal local, String why) throws InterruptedException {
    String reason = why;
    while (clock.millis() - cutAt < PATIENCE.toMillis()) {
      int pause = PAUSES[Math.min(attempts++, PAUSES.length - 1)];
      if (events.poll(pause, TimeUnit.MILLISECONDS) instanceof Event.Left) {
        return new Next.Stop(new Outcome.Detached());
      }
      try {
        return new Next.Go(connection(local, socket()));
      } catch (ApiException e) {
        if (isOver(e)) {
          return new Next.Stop(new Outcome.Ended("The session has ended."));
        }
        if (e.status() == 401 || e.status() == 403) {
          return new Next.Stop(new Outcome.Lost(String.valueOf(e.getMessage())));
        }
        reason = String.valueOf(e.getMessage());
      } catch (UnreachableException e) {
        reason = String.valueOf(e.getMessage());
      }
      if (attempts == SAID_AFTER) {
        say(local, "Connection lost, trying again; the detach keys leave. " + reason);
      }
    }
    return new Next.Stop(new Outcome.Lost(reason));
  }

  /**
   * The terminal was there before, with these very parameters: what is wrong with them now is that
   * the session runs no more. One that restarts comes back.
   */
  private static boolean isOver(ApiException e) {
    return e.status() == 404 || (e.status() == 400 && !e.msg().contains("RESTARTING"));
  }

  private static void say(LocalTerminal local, String sentence) {
    byte[] line = ("\r\n\033[7m" + sentence + "\033[m\r\n").getBytes(StandardCharsets.UTF_8);
    try {
      local.draw(line, 0, line.length);
    } catch (IOException e) {
      // The window is gone; whoever reads the keys says so.
    }
  }
}
