package org.polykern.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.runner.json.JsonReader;
import org.polykern.runner.json.JsonText;
import org.zeromq.ZMQ;

/** Debian's Jupyter Notebook as a service, spoken to as a proxy does: under another host's name. */
@Timeout(120)
class JupyterServiceIT {
  private static final String HOST = "jupyter-1234.apps.example.org";

  private final ZMQ.Curve.KeyPair keys = ZMQ.Curve.generateKeyPair();

  @Test
  void shouldServeNotebooksUnderTheNameOfAProxy(@TempDir Path directory) throws Exception {
    InstalledPrograms.require("jupyter-notebook");
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    try (RunnerProcess runner = new RunnerProcess.Builder(directory).agent(keys).start();
        LinkClient agent = new LinkClient(runner, keys)) {
      agent.hello();
      Map<String, Object> request = Map.of("name", "jupyter", "port", port, "protocol", "http");
      agent.send("start-service", Map.of("id", "j"), JsonText.of(request));
      assertThat(agent.next("service-result").body()).isEqualTo("{\"status\":\"started\"}");

      String page = ask(port, "GET /tree", "", "");
      assertThat(page).startsWith("HTTP/1.1 200").contains("<title>Home Page");
      Matcher xsrf = Pattern.compile("_xsrf=([^;]+);").matcher(page);
      assertThat(xsrf.find()).isTrue();
      String pass = "Cookie: _xsrf=" + xsrf.group(1) + "\r\nX-XSRFToken: " + xsrf.group(1) + "\r\n";

      String kernel = ask(port, "POST /api/kernels", pass, "{\"name\": \"python3\"}");
      assertThat(kernel).startsWith("HTTP/1.1 201");
      String json = kernel.substring(kernel.indexOf('{'), kernel.lastIndexOf('}') + 1);
      String id = JsonReader.object(json.getBytes(StandardCharsets.UTF_8), 10_000).text("id");
      String upgrade =
          String.join(
              "\r\n",
              "Connection: Upgrade",
              "Upgrade: websocket",
              "Sec-WebSocket-Version: 13",
              "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
              "Origin: http://");
      String channels = "GET /api/kernels/" + id + "/channels";
      assertThat(ask(port, channels, upgrade + HOST + "\r\n", "")).startsWith("HTTP/1.1 101");
      assertThat(ask(port, channels, upgrade + "elsewhere.example\r\n", ""))
          .startsWith("HTTP/1.1 403");

      agent.send("shutdown-service", Map.of("id", "s"), "\"jupyter\"");
      assertThat(agent.next("service-result").body()).isEqualTo("{\"status\":\"done\"}");
      agent.send("service-log", Map.of("id", "l"), "\"jupyter\"");
      assertThat(agent.next("service-log-result").body())
          .contains("is running at")
          .endsWith("\"running\":false}");
    }
  }

  /** The answer's head, and its body where it has an end. */
  private static String ask(int port, String what, String headers, String body) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      String request =
          what
              + " HTTP/1.1\r\nHost: "
              + HOST
              + "\r\n"
              + (headers.contains("Upgrade") ? "" : "Connection: close\r\n")
              + headers
              + "Content-Length: "
              + body.length()
              + "\r\n\r\n"
              + body;
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      InputStream answer = socket.getInputStream();
      byte[] read =
          headers.contains("Upgrade")
              ? answer.readNBytes("HTTP/1.1 101".length())
              : answer.readAllBytes();
      return new String(read, StandardCharsets.UTF_8);
    }
  }
}
