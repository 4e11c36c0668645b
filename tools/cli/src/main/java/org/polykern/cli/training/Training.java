package org.polykern.cli.training;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.polykern.cli.command.CommandLineFactory;
import org.polykern.cli.jail.JailCommandLine;
import org.polykern.cli.run.Terminal;
import org.polykern.jail.nativelib.JailNative;
import picocli.CommandLine;

/** Runs the commands that people wait for. */
public final class Training {
  private static final String CREATED =
      "{\"sessionId\":\"x\",\"sessionName\":\"train\",\"status\":\"RUNNING\",\"created\":true}";
  private static final String FINISHED =
      "{\"result\":{\"runId\":\"r\",\"status\":\"finished\",\"exitCode\":0,\"options\":null,"
          + "\"files\":[],\"console\":[[\"stdout\",\"1\\n\"],[\"stderr\",\"2\\n\"]]}}";
  private static final String MATCHES =
      "{\"matches\":[{\"id\":\"x\",\"name\":\"train\",\"status\":\"RUNNING\"}]}";
  private static final String PROBLEM =
      "{\"type\":\"https://api.backend.ai/probs/object-not-found\",\"title\":\"No such session.\"}";

  private Training() {}

  /** Runs each command a few times; prints nothing. */
  public static void run() {
    HttpServer server = start();
    try {
      PrintStream nowhere =
          new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
      Terminal terminal =
          Terminal.of(
              InputStream.nullInputStream(),
              nowhere,
              nowhere,
              false,
              Map.of(
                  "BACKEND_ENDPOINT", "http://127.0.0.1:" + server.getAddress().getPort(),
                  "BACKEND_ACCESS_KEY", "AKIATRAINING",
                  "BACKEND_SECRET_KEY", "training"),
              Path.of(""));
      execute(terminal, 0, "--help");
      execute(terminal, 0, "run", "--help");
      execute(terminal, 0, "run", "-c", "print(1)", "-e", "A=b", "-r", "cpu=1", "python");
      execute(terminal, 0, "run", "--json", "-c", "print(1)", "--name", "train", "python");
      execute(terminal, 0, "exec", "train", "-c", "print(1)");
      execute(terminal, 0, "ps");
      execute(terminal, 0, "info", "train");
      execute(terminal, 3, "rm", "gone");
      jail(terminal);
    } finally {
      server.stop(0);
    }
  }

  /** What happens before a program starts; without the library, which only saves time here. */
  private static void jail(Terminal terminal) {
    expect(0, JailCommandLine.create(terminal), "run", "--help");
    if (System.getProperty(JailNative.LIBRARY_PROPERTY) != null) {
      expect(0, JailCommandLine.create(terminal), "ask", "deny-net", "socket", "2");
    }
  }

  private static void execute(Terminal terminal, int expected, String... args) {
    expect(expected, CommandLineFactory.create(terminal), args);
  }

  private static void expect(int expected, CommandLine commands, String... args) {
    int exitCode = commands.execute(args);
    if (exitCode != expected) {
      throw new IllegalStateException(
          "Expected '"
              + String.join(" ", args)
              + "' to end with "
              + expected
              + ", but: "
              + exitCode);
    }
  }

  private static HttpServer start() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/", Training::answer);
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException("Expected a free port on the loopback", e);
    }
  }

  private static void answer(HttpExchange exchange) throws IOException {
    String route = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
    exchange.getRequestBody().readAllBytes();
    switch (route) {
      case "POST /session" -> reply(exchange, 201, CREATED);
      case "GET /session/_/match" -> reply(exchange, 200, MATCHES);
      case "DELETE /session/gone" -> reply(exchange, 404, PROBLEM);
      default ->
          reply(
              exchange,
              200,
              route.startsWith("POST /session/") ? FINISHED : "{\"status\":\"RUNNING\"}");
    }
  }

  private static void reply(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    new ByteArrayInputStream(bytes).transferTo(exchange.getResponseBody());
    exchange.close();
  }
}
