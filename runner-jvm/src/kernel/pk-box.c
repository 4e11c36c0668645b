// XSalsa20-Poly1305 in the layout of NaCl's secretbox: a message begins with 32 zero bytes, its box
// with 16 zero bytes and the tag. org.polykern.runner.crypto.SecretBox declares and checks; the sizes
// that it promises are not looked at again here.

#include <jni.h>
#include <stdint.h>
#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "Words are read and written as they lie in memory, which has to be little-endian."
#endif

enum { WORDS = 16, BLOCK = 64, LANES = 4, STRIDE = LANES * BLOCK, ZEROS = 32, TAG_AT = 16, TAG = 16 };

// The same word of four successive blocks.
typedef uint32_t lanes __attribute__((vector_size(16)));

static uint32_t word(const uint8_t *at) {
  uint32_t value;
  memcpy(&value, at, sizeof value);
  return value;
}

static void put(uint8_t *at, uint32_t value) { memcpy(at, &value, sizeof value); }

// ---- Salsa20 ------------------------------------------------------------------------------------

#define STEP(a, b, c, n) \
  do { \
    lanes sum = x[b] + x[c]; \
    x[a] ^= (sum << n) | (sum >> (32 - n)); \
  } while (0)

#define QUARTER(a, b, c, d) \
  do { \
    STEP(b, a, d, 7); \
    STEP(c, b, a, 9); \
    STEP(d, c, b, 13); \
    STEP(a, d, c, 18); \
  } while (0)

static void rounds(lanes x[WORDS]) {
  for (int i = 0; i < 10; i++) {
    QUARTER(0, 4, 8, 12);
    QUARTER(5, 9, 13, 1);
    QUARTER(10, 14, 2, 6);
    QUARTER(15, 3, 7, 11);
    QUARTER(0, 1, 2, 3);
    QUARTER(5, 6, 7, 4);
    QUARTER(10, 11, 8, 9);
    QUARTER(15, 12, 13, 14);
  }
}

// The sixteen words that a key and 16 more bytes make.
static void begin(uint32_t state[WORDS], const uint8_t *key, const uint8_t *bytes) {
  static const uint32_t sigma[] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
  for (int i = 0; i < 4; i++) {
    state[5 * i] = sigma[i];
    state[1 + i] = word(key + 4 * i);
    state[6 + i] = word(bytes + 4 * i);
    state[11 + i] = word(key + 16 + 4 * i);
  }
}

// HSalsa20: another key of a key and 16 bytes.
static void hash(uint8_t result[32], const uint8_t *key, const uint8_t *bytes) {
  uint32_t state[WORDS];
  lanes x[WORDS];
  begin(state, key, bytes);
  for (int i = 0; i < WORDS; i++) {
    x[i] = (lanes){state[i]};
  }
  rounds(x);
  for (int i = 0; i < 4; i++) {
    put(result + 4 * i, x[5 * i][0]);
    put(result + 16 + 4 * i, x[6 + i][0]);
  }
}

// The next four blocks of the key stream; state[8] counts the blocks of this message.
static void next(uint32_t state[WORDS], uint8_t stream[STRIDE]) {
  lanes x[WORDS];
  lanes start[WORDS];
  for (int i = 0; i < WORDS; i++) {
    start[i] = (lanes){state[i], state[i], state[i], state[i]};
  }
  start[8] += (lanes){0, 1, 2, 3};
  memcpy(x, start, sizeof x);
  rounds(x);
  for (int i = 0; i < WORDS; i++) {
    x[i] += start[i];
    for (int lane = 0; lane < LANES; lane++) {
      put(stream + lane * BLOCK + 4 * i, x[i][lane]);
    }
  }
  state[8] += LANES;
}

// The key stream of XSalsa20; its first 32 bytes are the tag's key.
static void start(uint32_t state[WORDS], uint8_t stream[STRIDE], const uint8_t *key,
                  const uint8_t *nonce) {
  uint8_t inner[32];
  uint8_t rest[16] = {0};
  hash(inner, key, nonce);
  memcpy(rest, nonce + 16, 8);
  begin(state, inner, rest);
  next(state, stream);
}

// From byte 32 on; the first four blocks of the stream are there already.
static void xor(uint32_t state[WORDS], uint8_t stream[STRIDE], uint8_t *out, const uint8_t *in,
                size_t length) {
  size_t from = ZEROS;
  for (size_t at = 0; at < length; at += STRIDE, from = 0) {
    if (at > 0) {
      next(state, stream);
    }
    size_t count = length - at < STRIDE ? length - at : STRIDE;
    for (size_t i = from; i < count; i++) {
      out[at + i] = in[at + i] ^ stream[i];
    }
  }
}

// ---- Poly1305 (RFC 8439, section 2.5), with limbs of 26 bits ----------------------------------------

enum { LIMB = 0x3ffffff };

static void tag(uint8_t result[TAG], const uint8_t *message, size_t length, const uint8_t *key) {
  const uint32_t k[] = {word(key), word(key + 4), word(key + 8), word(key + 12)};
  const uint64_t r0 = k[0] & 0x3ffffff;
  const uint64_t r1 = (k[0] >> 26 | k[1] << 6) & 0x3ffff03;
  const uint64_t r2 = (k[1] >> 20 | k[2] << 12) & 0x3ffc0ff;
  const uint64_t r3 = (k[2] >> 14 | k[3] << 18) & 0x3f03fff;
  const uint64_t r4 = k[3] >> 8 & 0x00fffff;
  const uint64_t s1 = 5 * r1, s2 = 5 * r2, s3 = 5 * r3, s4 = 5 * r4;
  uint64_t h[5] = {0};
  for (size_t at = 0; at < length; at += TAG) {
    uint8_t last[TAG] = {0};
    const uint8_t *block = message + at;
    uint32_t top = 1 << 24;
    if (length - at < TAG) {
      memcpy(last, block, length - at);
      last[length - at] = 1;
      block = last;
      top = 0;
    }
    const uint32_t w0 = word(block), w1 = word(block + 4);
    const uint32_t w2 = word(block + 8), w3 = word(block + 12);
    const uint64_t h0 = h[0] + (w0 & LIMB);
    const uint64_t h1 = h[1] + ((w0 >> 26 | w1 << 6) & LIMB);
    const uint64_t h2 = h[2] + ((w1 >> 20 | w2 << 12) & LIMB);
    const uint64_t h3 = h[3] + ((w2 >> 14 | w3 << 18) & LIMB);
    const uint64_t h4 = h[4] + (w3 >> 8 | top);
    uint64_t d0 = h0 * r0 + h1 * s4 + h2 * s3 + h3 * s2 + h4 * s1;
    uint64_t d1 = h0 * r1 + h1 * r0 + h2 * s4 + h3 * s3 + h4 * s2;
    uint64_t d2 = h0 * r2 + h1 * r1 + h2 * r0 + h3 * s4 + h4 * s3;
    uint64_t d3 = h0 * r3 + h1 * r2 + h2 * r1 + h3 * r0 + h4 * s4;
    uint64_t d4 = h0 * r4 + h1 * r3 + h2 * r2 + h3 * r1 + h4 * r0;
    d1 += d0 >> 26;
    d2 += d1 >> 26;
    d3 += d2 >> 26;
    d4 += d3 >> 26;
    d0 = (d0 & LIMB) + 5 * (d4 >> 26);
    h[0] = d0 & LIMB;
    h[1] = (d1 & LIMB) + (d0 >> 26);
    h[2] = d2 & LIMB;
    h[3] = d3 & LIMB;
    h[4] = d4 & LIMB;
  }
  for (int pass = 0; pass < 2; pass++) {
    for (int i = 0; i < 4; i++) {
      h[i + 1] += h[i] >> 26;
      h[i] &= LIMB;
    }
    h[0] += 5 * (h[4] >> 26);
    h[4] &= LIMB;
  }
  // h - p, which replaces h when it is not negative; chosen without a branch.
  uint64_t g[5];
  uint64_t carry = 5;
  for (int i = 0; i < 5; i++) {
    carry += h[i];
    g[i] = carry & LIMB;
    carry >>= 26;
  }
  const uint64_t mask = -carry;
  for (int i = 0; i < 5; i++) {
    h[i] = (h[i] & ~mask) | (g[i] & mask);
  }
  const uint64_t words[] = {h[0] | h[1] << 26, h[1] >> 6 | h[2] << 20, h[2] >> 12 | h[3] << 14,
                            h[3] >> 18 | h[4] << 8};
  uint64_t sum = 0;
  for (int i = 0; i < 4; i++) {
    sum += (words[i] & 0xffffffff) + word(key + 16 + 4 * i);
    put(result + 4 * i, (uint32_t)sum);
    sum >>= 32;
  }
}

// ---- JNI: the arrays themselves; nothing here waits or calls Java between taking and giving back ----

static uint8_t *take(JNIEnv *env, jbyteArray array) {
  return (*env)->GetPrimitiveArrayCritical(env, array, NULL);
}

static void give(JNIEnv *env, jbyteArray array, uint8_t *bytes, jint mode) {
  if (bytes != NULL) {
    (*env)->ReleasePrimitiveArrayCritical(env, array, bytes, mode);
  }
}

JNIEXPORT jboolean JNICALL Java_org_polykern_runner_crypto_SecretBox_cipher(
    JNIEnv *env, jclass self, jbyteArray to, jbyteArray from, jint length, jbyteArray nonce,
    jbyteArray key, jboolean sealing) {
  (void)self;
  uint8_t n[24], k[32], sum[TAG];
  uint32_t state[WORDS];
  uint8_t stream[STRIDE], tag_key[32];
  (*env)->GetByteArrayRegion(env, nonce, 0, sizeof n, (jbyte *)n);
  (*env)->GetByteArrayRegion(env, key, 0, sizeof k, (jbyte *)k);
  start(state, stream, k, n);
  memcpy(tag_key, stream, sizeof tag_key);
  const size_t text = (size_t)length - ZEROS;
  jboolean done = JNI_FALSE;
  uint8_t *out = take(env, to);
  uint8_t *in = take(env, from);
  if (out != NULL && in != NULL) {
    if (sealing) {
      xor(state, stream, out, in, (size_t)length);
      memset(out, 0, TAG_AT);
      tag(out + TAG_AT, out + ZEROS, text, tag_key);
      done = JNI_TRUE;
    } else {
      tag(sum, in + ZEROS, text, tag_key);
      uint8_t difference = 0;
      for (int i = 0; i < TAG; i++) {
        difference |= sum[i] ^ in[TAG_AT + i];
      }
      if (difference == 0) {
        xor(state, stream, out, in, (size_t)length);
        memset(out, 0, ZEROS);
        done = JNI_TRUE;
      }
    }
  }
  give(env, from, in, JNI_ABORT);
  give(env, to, out, 0);
  return done;
}
