package org.polykern.launcher.instance;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.Optional;
import java.util.Properties;

/**
 * What an instance tells other processes, as lines of {@code key=value} that the script reads too.
 *
 * @param process the JVM
 * @param state {@code starting}, {@code ready} or {@code stopping}
 * @param url of the gateway; empty when this process has none
 * @param roles labels separated by commas
 * @param config the configuration file it was started with; empty when none
 * @param since when it started
 */
public record InstanceRecord(
    ProcessIdentity process, String state, String url, String roles, String config, Instant since) {
  public static final String STARTING = "starting";
  public static final String READY = "ready";
  public static final String STOPPING = "stopping";

  /** The record of a data directory, whether its process lives or not. */
  public static Optional<InstanceRecord> read(DataDirectory data) {
    var properties = new Properties();
    try {
      properties.load(new StringReader(Files.readString(data.instance())));
      return Optional.of(
          new InstanceRecord(
              new ProcessIdentity(number(properties, "pid"), number(properties, "start_tick")),
              properties.getProperty("state", ""),
              properties.getProperty("url", ""),
              properties.getProperty("roles", ""),
              properties.getProperty("config", ""),
              Instant.parse(properties.getProperty("since", ""))));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (IllegalArgumentException | java.time.format.DateTimeParseException e) {
      throw new IllegalStateException(
          "Expected " + data.instance() + " to be written by this program, but: " + e.getMessage(),
          e);
    }
  }

  /** The record if its process lives. */
  public static Optional<InstanceRecord> living(DataDirectory data) {
    return read(data).filter(record -> record.process().isAlive());
  }

  /** The same, listening. */
  public InstanceRecord ready(String newUrl) {
    return new InstanceRecord(process, READY, newUrl, roles, config, since);
  }

  public InstanceRecord withState(String newState) {
    return new InstanceRecord(process, newState, url, roles, config, since);
  }

  void write(DataDirectory data) {
    var text =
        "pid=%d\nstart_tick=%d\nstate=%s\nurl=%s\nroles=%s\nconfig=%s\nsince=%s\n"
            .formatted(
                process.pid(), process.startTick(), state, url, roles, config, since.toString());
    DataDirectory.writePrivately(data.instance(), text.getBytes(StandardCharsets.UTF_8));
  }

  private static long number(Properties properties, String key) {
    return Long.parseLong(properties.getProperty(key, ""));
  }
}
