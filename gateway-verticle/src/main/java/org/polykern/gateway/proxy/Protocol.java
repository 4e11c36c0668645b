package org.polykern.gateway.proxy;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a circuit carries. */
public enum Protocol {
  HTTP,
  TCP,
  GRPC,
  H2;

  /**
   * As clients and images call it: {@code preopen} means http, {@code vnc} and {@code rdp} mean
   * tcp.
   *
   * @return null when unknown
   */
  public static @Nullable Protocol of(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "http", "preopen" -> HTTP;
      case "tcp", "vnc", "rdp" -> TCP;
      case "grpc" -> GRPC;
      case "h2" -> H2;
      default -> null;
    };
  }

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Spoken with HTTP/2 and prior knowledge. */
  public boolean isHttp2() {
    return this == GRPC || this == H2;
  }
}
