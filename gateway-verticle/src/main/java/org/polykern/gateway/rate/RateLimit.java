package org.polykern.gateway.rate;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.gateway.auth.Caller;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests per access key in a rolling window. Two buckets per key: the current one counts fully,
 * the previous one by the share of it that the window still covers. A refused request does not
 * count. Without Redis everything passes.
 */
public final class RateLimit {
  private static final Logger log = LoggerFactory.getLogger(RateLimit.class);

  private static final String SCRIPT =
      """
      local window, limit = tonumber(ARGV[1]), tonumber(ARGV[2])
      local time = redis.call('TIME')
      local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
      local bucket = math.floor(now / window)
      local stored = redis.call('HMGET', KEYS[1], 'bucket', 'current', 'previous')
      local at = tonumber(stored[1] or -2)
      local current, previous = tonumber(stored[2] or 0), tonumber(stored[3] or 0)
      if at == bucket - 1 then
        previous, current = current, 0
      elseif at ~= bucket then
        previous, current = 0, 0
      end
      local share = 1 - (now / window - bucket)
      local used = math.floor(previous * share) + current
      if used >= limit then
        return {used, 0}
      end
      redis.call('HSET', KEYS[1], 'bucket', bucket, 'current', current + 1, 'previous', previous)
      redis.call('EXPIRE', KEYS[1], window * 2)
      return {used + 1, 1}
      """;

  private static final String SCRIPT_SHA = sha1(SCRIPT);
  private static final long LOG_PAUSE_NANOS = 10_000_000_000L;
  private static final long DOWN_PAUSE_NANOS = 1_000_000_000L;

  /** What answers to anonymous requests say. */
  public static final Reading ANONYMOUS = new Reading(1000, 0, true, 900);

  /**
   * @param limit null for unlimited
   * @param used in the window, this request included when it is within
   * @param window in seconds
   */
  public record Reading(@Nullable Integer limit, long used, boolean within, int window) {
    /** Throws 429 when the limit is passed. */
    public void requireWithin() {
      if (!within) {
        throw Problem.of(
                ProblemCode.RATE_LIMIT_EXCEEDED,
                "At most "
                    + limit
                    + " requests in "
                    + window
                    + " seconds are allowed for this key.")
            .toException();
      }
    }

    /** For the answer; without limit only the window is told. */
    public Map<String, String> headers() {
      var headers = new LinkedHashMap<String, String>();
      if (limit != null) {
        headers.put("X-RateLimit-Limit", Integer.toString(limit));
        headers.put("X-RateLimit-Remaining", Long.toString(Math.max(0, limit - used)));
      }
      headers.put("X-RateLimit-Window", Integer.toString(window));
      return headers;
    }
  }

  private final RedisLink redis;
  private final int windowSeconds;
  private final AtomicLong loggedAt = new AtomicLong(System.nanoTime() - LOG_PAUSE_NANOS);
  private final AtomicLong skipUntil = new AtomicLong(System.nanoTime());

  public RateLimit(RedisLink redis, int windowSeconds) {
    this.redis = redis;
    this.windowSeconds = windowSeconds;
  }

  /** Counts one request. Blocks for one round trip. */
  public Reading count(Caller caller) {
    var limit = caller.rateLimit();
    if (limit == null || System.nanoTime() - skipUntil.get() < 0) {
      return new Reading(limit, 0, true, windowSeconds);
    }
    try {
      var response = Objects.requireNonNull(run(caller.accessKey(), limit));
      return new Reading(
          limit,
          Objects.requireNonNull(response.get(0).toLong()),
          Objects.requireNonNull(response.get(1).toLong()) == 1,
          windowSeconds);
    } catch (RuntimeException e) {
      passUncounted(e);
      return new Reading(limit, 0, true, windowSeconds);
    }
  }

  private @Nullable Response run(String accessKey, int limit) {
    try {
      return redis.send(command(Command.EVALSHA, SCRIPT_SHA, accessKey, limit));
    } catch (RuntimeException e) {
      if (e.getMessage() != null && e.getMessage().startsWith("NOSCRIPT")) {
        return redis.send(command(Command.EVAL, SCRIPT, accessKey, limit));
      }
      throw e;
    }
  }

  private Request command(Command command, String script, String accessKey, int limit) {
    return Request.cmd(command)
        .arg(script)
        .arg(1)
        .arg("rate:" + accessKey)
        .arg(windowSeconds)
        .arg(limit);
  }

  private void passUncounted(RuntimeException failure) {
    var now = System.nanoTime();
    skipUntil.set(now + DOWN_PAUSE_NANOS);
    var before = loggedAt.get();
    if (now - before >= LOG_PAUSE_NANOS && loggedAt.compareAndSet(before, now)) {
      log.warn("Requests pass uncounted, because Redis does not answer: {}", failure.toString());
    }
  }

  private static String sha1(String text) {
    try {
      var digest = MessageDigest.getInstance("SHA-1");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This JDK lacks SHA-1", e);
    }
  }
}
