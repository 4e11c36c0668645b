package org.polykern.gateway.http;

import java.nio.charset.StandardCharsets;

/** Lets tests of other packages make parameters. */
public final class ParametersOf {
  private ParametersOf() {}

  public static Parameters json(String body) {
    return Parameters.of("/", body.getBytes(StandardCharsets.UTF_8));
  }
}
