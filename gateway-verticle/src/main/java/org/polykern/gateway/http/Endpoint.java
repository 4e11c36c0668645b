package org.polykern.gateway.http;

import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Objects;

/**
 * One operation of the API.
 *
 * @param paths all spellings, path parameters as {@code :name}
 */
public record Endpoint(
    HttpMethod method, List<String> paths, Access access, BodyKind body, Handler handler) {
  /** Does the work; may block; a ProblemException becomes the answer, also before an upgrade. */
  @FunctionalInterface
  public interface Handler {
    Reply handle(Call call) throws InterruptedException;
  }

  public Endpoint {
    Objects.requireNonNull(access, "Every route names who may use it");
    paths = List.copyOf(paths);
  }

  public static Endpoint of(HttpMethod method, String path, Access access, Handler handler) {
    return new Endpoint(method, List.of(path), access, BodyKind.BYTES, handler);
  }

  /** A path below {@code /session}, with its alias below {@code /kernel}. */
  public static Endpoint session(HttpMethod method, String rest, Access access, Handler handler) {
    return new Endpoint(
        method, List.of("/session" + rest, "/kernel" + rest), access, BodyKind.BYTES, handler);
  }

  /** The same, for files in a multipart body. */
  public static Endpoint sessionUpload(String rest, Access access, Handler handler) {
    return new Endpoint(
        HttpMethod.POST,
        List.of("/session" + rest, "/kernel" + rest),
        access,
        BodyKind.FILES,
        handler);
  }

  /** A stream below {@code /stream/session}, with its alias below {@code /stream/kernel}. */
  public static Endpoint sessionStream(String rest, Access access, Handler handler) {
    return new Endpoint(
        HttpMethod.GET,
        List.of("/stream/session" + rest, "/stream/kernel" + rest),
        access,
        BodyKind.NONE,
        handler);
  }
}
