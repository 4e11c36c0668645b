package org.polykern.runner.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Same results as the library that these classes stand in for, and as published. */
class CryptoPropertyTest {
  @Property(tries = 300)
  void shouldShareTheSameKeyAsTheLibrary(
      @ForAll @Size(32) byte[] publicKey, @ForAll @Size(32) byte[] secret) throws Exception {
    assertSameAsLibrary(publicKey, secret);
  }

  @Property(tries = 500)
  void shouldSealAndOpenLikeTheLibrary(
      @ForAll @Size(max = 700) byte[] text,
      @ForAll @Size(24) byte[] nonce,
      @ForAll @Size(32) byte[] key,
      @ForAll @IntRange(min = 0, max = 10_000) int flip)
      throws Exception {
    byte[] message = new byte[32 + text.length];
    System.arraycopy(text, 0, message, 32, text.length);
    byte[] box = new byte[message.length];
    byte[] expected = new byte[message.length];
    assertThat(SecretBox.seal(box, message, message.length, nonce, key)).isTrue();
    assertThat(Original.seal(expected, message, nonce, key)).isZero();
    assertThat(box).isEqualTo(expected);
    assertThat(PortableBox.seal(box, message, message.length, nonce, key)).isTrue();
    assertThat(box).isEqualTo(expected);
    assertThat(SecretBox.isNative()).isTrue();
    byte[] opened = new byte[message.length];
    assertThat(SecretBox.open(opened, box, box.length, nonce, key)).isTrue();
    assertThat(opened).isEqualTo(message);
    box[16 + flip % (box.length - 16)] ^= 4;
    assertThat(SecretBox.open(opened, box, box.length, nonce, key)).isFalse();
    assertThat(PortableBox.open(opened, box, box.length, nonce, key)).isFalse();
    assertThat(opened).isEqualTo(message);
  }

  @Property(tries = 20)
  void shouldSealLongMessagesLikeTheLibrary(
      @ForAll @IntRange(min = 0, max = 300_000) int length, @ForAll @Size(32) byte[] key)
      throws Exception {
    byte[] message = new byte[32 + length];
    for (int i = 32; i < message.length; i++) {
      message[i] = (byte) (i * 31);
    }
    byte[] box = new byte[message.length];
    byte[] expected = new byte[message.length];
    assertThat(SecretBox.seal(box, message, message.length, key, key)).isTrue();
    assertThat(Original.seal(expected, message, key, key)).isZero();
    assertThat(Arrays.equals(box, expected)).isTrue();
    assertThat(PortableBox.seal(box, message, message.length, key, key)).isTrue();
    assertThat(Arrays.equals(box, expected)).isTrue();
    assertThat(SecretBox.open(expected, box, box.length, key, key)).isTrue();
    assertThat(Arrays.equals(expected, message)).isTrue();
  }

  @Example
  void shouldMultiplyAsPublished() {
    HexFormat hex = HexFormat.of();
    // RFC 7748, section 5.2, first vector and one thousand iterations.
    assertThat(
            Curve25519.multiply(
                hex.parseHex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4"),
                hex.parseHex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c")))
        .asHexString()
        .isEqualToIgnoringCase("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
    byte[] k = new byte[32];
    k[0] = 9;
    byte[] u = k.clone();
    for (int i = 0; i < 1000; i++) {
      byte[] next = Curve25519.multiply(k, u);
      u = k;
      k = next;
    }
    assertThat(hex.formatHex(k))
        .isEqualTo("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51");
  }

  @Example
  void shouldHandleEdgesOfTheField() throws Exception {
    byte[] secret = new byte[32];
    Arrays.fill(secret, (byte) 0x5a);
    for (int low = 0xe0; low <= 0xff; low++) {
      byte[] point = new byte[32];
      Arrays.fill(point, (byte) 0xff);
      point[0] = (byte) low;
      point[31] = 0x7f;
      assertSameAsLibrary(point, secret);
    }
  }

  private static void assertSameAsLibrary(byte[] point, byte[] secret) throws Exception {
    // RFC 7748 has the highest bit ignored; the library does not, and no public key has it.
    point[31] &= 0x7f;
    if (Arrays.equals(Curve25519.multiply(secret, point), new byte[32])) {
      // A point of small order: the library answers the modulus, which is zero in another guise.
      return;
    }
    assertThat(SharedKey.of(point, secret)).isEqualTo(Original.shared(point, secret));
  }

  @Example
  void shouldRefuseShortInput() {
    byte[] bytes = new byte[64];
    assertThat(SecretBox.seal(bytes, bytes, 31, bytes, bytes)).isFalse();
    assertThat(SecretBox.open(bytes, bytes, 31, bytes, bytes)).isFalse();
    assertThatThrownBy(() -> SecretBox.seal(bytes, bytes, 65, bytes, bytes))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> SecretBox.open(bytes, bytes, 64, new byte[23], bytes))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
