package org.polykern.runner.terminal;

import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Iterator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tokens that are good once and for a short time. Confined to the loop thread. */
final class Tokens {
  /** In characters. */
  static final int LENGTH = 43;

  private static final int BYTES = 32;
  private static final long LIFE_NANOS = Duration.ofSeconds(10).toNanos();

  /** The agent asks for each, so more than a few mean that it does not use them. */
  private static final int MOST = 256;

  private record Given(String token, Consumer<SocketChannel> taker, long at) {}

  private final ArrayDeque<Given> given = new ArrayDeque<>();
  private @Nullable SecureRandom random;

  /** A new one; where too many are out, the oldest is no longer good. */
  String give(Consumer<SocketChannel> taker, long now) {
    forget(now);
    if (given.size() >= MOST) {
      given.remove();
    }
    if (random == null) {
      random = new SecureRandom();
    }
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    given.add(new Given(token, taker, now));
    return token;
  }

  /** What a token was given for, or null; it is not good again. */
  @Nullable Consumer<SocketChannel> take(String token, long now) {
    forget(now);
    Given found = null;
    for (Given one : given) {
      found = same(one.token, token) ? one : found;
    }
    if (found == null) {
      return null;
    }
    given.remove(found);
    return found.taker;
  }

  private void forget(long now) {
    for (Iterator<Given> all = given.iterator(); all.hasNext(); ) {
      if (now - all.next().at >= LIFE_NANOS) {
        all.remove();
      }
    }
  }

  /** Takes as long for every wrong one, so that nobody learns a part of a right one. */
  private static boolean same(String one, String other) {
    int difference = one.length() ^ other.length();
    for (int i = 0; i < Math.min(one.length(), other.length()); i++) {
      difference |= one.charAt(i) ^ other.charAt(i);
    }
    return difference == 0;
  }
}
