package org.polykern.launcher.seed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class KeyPairTest {
  @Test
  void shouldHaveTheShapeThatClientsExpect() {
    var seen = new HashSet<KeyPair>();
    var random = RandomGenerator.getDefault();
    for (var i = 0; i < 100; i++) {
      var pair = KeyPair.random(random);
      assertThat(pair.accessKey()).matches("AKIA[A-Z2-7]{16}");
      assertThat(pair.secretKey()).matches("[A-Za-z0-9_-]{40}");
      seen.add(pair);
    }
    assertThat(seen).hasSize(100);
  }

  @Test
  void shouldEncodeAsRfc4648() {
    // "foobarfoob" encoded by the rules of RFC 4648 is "MZXW6YTBOJTG633C".
    var bytes = "foobarfoob".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    RandomGenerator fixed =
        new RandomGenerator() {
          @Override
          public long nextLong() {
            return 0;
          }

          @Override
          public void nextBytes(byte[] into) {
            System.arraycopy(bytes, 0, into, 0, Math.min(bytes.length, into.length));
          }
        };
    assertThat(KeyPair.random(fixed).accessKey()).isEqualTo("AKIAMZXW6YTBOJTG633C");
  }

  @Test
  void shouldNotShowTheSecret() {
    var pair = KeyPair.random(RandomGenerator.getDefault());
    assertThat(pair.toString()).doesNotContain(pair.secretKey());
  }
}
