package org.polykern.runner.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class TokensTest {
  private static final long LIFE = Duration.ofSeconds(10).toNanos();

  private final Tokens tokens = new Tokens();
  private final Consumer<SocketChannel> taker = new ArrayDeque<SocketChannel>()::add;

  @Test
  void shouldBeGoodOnce() {
    String token = tokens.give(taker, 0);
    assertThat(token).hasSize(Tokens.LENGTH).matches("[A-Za-z0-9_-]+");
    assertThat(tokens.take(token, 1)).isSameAs(taker);
    assertThat(tokens.take(token, 2)).isNull();
  }

  @Test
  void shouldBeGoodForTenSeconds() {
    String early = tokens.give(taker, 0);
    String late = tokens.give(taker, 1);
    assertThat(tokens.take(early, LIFE)).isNull();
    assertThat(tokens.take(late, LIFE)).isSameAs(taker);
  }

  @Test
  void shouldBelongToWhomItWasGivenFor() {
    Consumer<SocketChannel> other = new ArrayDeque<SocketChannel>()::add;
    String token = tokens.give(taker, 0);
    String another = tokens.give(other, 0);
    assertThat(token).isNotEqualTo(another);
    assertThat(tokens.take(another, 1)).isSameAs(other);
    assertThat(tokens.take("x".repeat(Tokens.LENGTH), 1)).isNull();
    assertThat(tokens.take(token, 1)).isSameAs(taker);
  }

  @Test
  void shouldForgetTheOldestOfTooMany() {
    String first = tokens.give(taker, 0);
    String second = tokens.give(taker, 0);
    for (int i = 0; i < 255; i++) {
      tokens.give(taker, 0);
    }
    assertThat(tokens.take(first, 1)).isNull();
    assertThat(tokens.take(second, 1)).isSameAs(taker);
  }
}
