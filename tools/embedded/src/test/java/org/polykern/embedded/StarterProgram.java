package org.polykern.embedded;

import java.io.IOException;
import java.nio.file.Path;

/** A JVM that starts servers, says so, and then waits to be killed. */
final class StarterProgram {
  private StarterProgram() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments[0].equals("temporary")) {
      EmbeddedServers servers = EmbeddedServers.temporary();
      System.out.println(
          servers.directory() + " " + servers.postgres().pid() + " " + servers.redis().pid());
    } else {
      Path data = Path.of(arguments[0]);
      EmbeddedPostgres postgres =
          EmbeddedPostgres.start(data.resolve("postgres"), EmbeddedSettings.throwawayData());
      EmbeddedRedis redis =
          EmbeddedRedis.start(data.resolve("redis"), EmbeddedSettings.throwawayData());
      System.out.println(data + " " + postgres.pid() + " " + redis.pid());
    }
    if (System.in.read() >= 0) {
      throw new IllegalStateException("Expected to be killed, but was asked to go on.");
    }
  }
}
