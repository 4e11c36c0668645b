package org.polykern.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.polykern.common.bus.Bytes;
import org.polykern.common.bus.FileCommand;
import org.polykern.common.bus.FileCommand.Outcome;
import org.polykern.common.problem.Problem;

class FilesIT {
  private final TestWorld world = TestWorld.get();
  private final SignedClient user = world.as(TestWorld.USER_KEY);

  @BeforeEach
  void pretendADirectory() {
    user.post("/session", Bodies.session("files1"));
    world.cluster.files.clear();
    world.cluster.onFile =
        command ->
            switch (command) {
              case FileCommand.Upload u -> new Outcome.Done();
              case FileCommand.DownloadArchive d -> content("tar of " + d.path());
              case FileCommand.DownloadFile d when d.path().equals("missing") ->
                  throw Problem.notFound("file", "There is no file 'missing'.").toException();
              case FileCommand.DownloadFile d -> content("raw " + d.path());
              case FileCommand.ListFiles l ->
                  new Outcome.Listing(
                      List.of(new FileCommand.Entry("a.txt", "-rw-r--r--", 5, 1.5, 2.5, 3.5)),
                      "/home/work/" + l.path());
            };
  }

  private static Outcome content(String text) {
    return new Outcome.Content(new Bytes(text.getBytes(StandardCharsets.UTF_8)));
  }

  private SignedClient.Reply upload(Map<String, byte[]> files) {
    var body = io.vertx.core.buffer.Buffer.buffer();
    files.forEach((name, content) -> {
      body.appendString(
          "--XX\r\nContent-Disposition: form-data; name=\"src\"; filename=\""
              + name
              + "\"\r\nContent-Type: application/octet-stream\r\n\r\n");
      body.appendBytes(content).appendString("\r\n");
    });
    body.appendString("--XX--\r\n");
    return user.send(
        "POST", "/session/files1/upload", "multipart/form-data; boundary=XX", body.getBytes());
  }

  @Test
  void shouldUploadUnderDecodedNames() {
    var files = new LinkedHashMap<String, byte[]>();
    files.put("a.txt", "one".getBytes(StandardCharsets.UTF_8));
    files.put("sub%2Fdir%2Fb.bin", new byte[1_048_575]);
    files.put("/raw/c.txt", new byte[0]);
    var reply = upload(files);
    assertThat(reply.status()).as(reply.text()).isEqualTo(204);
    assertThat(world.cluster.files)
        .extracting(command -> ((FileCommand.Upload) command).path())
        .containsExactly("a.txt", "sub/dir/b.bin", "raw/c.txt");
    assertThat(((FileCommand.Upload) world.cluster.files.getFirst()).content().array())
        .isEqualTo("one".getBytes(StandardCharsets.UTF_8));
    assertThat(((FileCommand.Upload) world.cluster.files.get(1)).content().length())
        .isEqualTo(1_048_575);
  }

  @Test
  void shouldWriteNothingWhenOneFileIsRefused() {
    var large = new LinkedHashMap<String, byte[]>();
    large.put("ok.txt", new byte[3]);
    large.put("large.bin", new byte[1 << 20]);
    var reply = upload(large);
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.message()).contains("1 MiB").contains("large.bin");

    assertThat(upload(Map.of("../escape", new byte[1])).status()).isEqualTo(400);
    assertThat(upload(Map.of()).status()).isEqualTo(400);
    var many = new LinkedHashMap<String, byte[]>();
    for (var i = 0; i < 21; i++) {
      many.put("f" + i, new byte[1]);
    }
    assertThat(upload(many).message()).contains("at most 20");
    assertThat(world.cluster.files).isEmpty();
  }

  @Test
  void shouldUploadTwentyFiles() {
    var many = new LinkedHashMap<String, byte[]>();
    for (var i = 0; i < 20; i++) {
      many.put("f" + i, new byte[1_000_000]);
    }
    assertThat(upload(many).status()).isEqualTo(204);
    assertThat(world.cluster.files).hasSize(20);
  }

  @Test
  void shouldRefuseUploadsThatAreNotMultipart() {
    var reply = user.post("/session/files1/upload", Map.of("a", 1));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.message()).contains("multipart/form-data");
    var broken =
        user.send(
            "POST",
            "/session/files1/upload",
            "multipart/form-data",
            "no boundary".getBytes(StandardCharsets.UTF_8));
    assertThat(broken.status()).as(broken.text()).isEqualTo(400);
  }

  @Test
  void shouldDownloadArchivesInParts() {
    for (var reply :
        List.of(
            user.json("GET", "/session/files1/download", Map.of("files", List.of("a", "b/c"))),
            user.get("/session/files1/download?files=a&files=b/c"),
            user.post("/session/files1/download", Map.of("files", List.of("a", "b/c"))))) {
      assertThat(reply.status()).as(reply.text()).isEqualTo(200);
      var type = reply.header("content-type");
      assertThat(type).startsWith("multipart/mixed; boundary=");
      var boundary = type.substring(type.indexOf('=') + 1);
      var parts = reply.text().split("--" + boundary, -1);
      assertThat(parts).hasSize(4);
      assertThat(parts[1]).contains("Content-Encoding: identity").endsWith("\r\n\r\ntar of a\r\n");
      assertThat(parts[2]).endsWith("\r\n\r\ntar of b/c\r\n");
      assertThat(parts[3]).isEqualTo("--\r\n");
    }
    assertThat(user.get("/session/files1/download").status()).isEqualTo(400);
    assertThat(
            user.json(
                    "GET",
                    "/session/files1/download",
                    Map.of("files", List.of("1", "2", "3", "4", "5", "6")))
                .status())
        .isEqualTo(400);
  }

  @Test
  void shouldDownloadOneFileRaw() {
    for (var reply :
        List.of(
            user.get("/session/files1/download_single?file=a%20b"),
            user.post("/session/files1/download_single", Map.of("file", "a b")))) {
      assertThat(reply.text()).isEqualTo("raw a b");
      assertThat(reply.header("content-type")).isEqualTo("application/octet-stream");
    }
    var missing = user.get("/session/files1/download_single?file=missing");
    assertThat(missing.status()).isEqualTo(400);
    assertThat(missing.problem()).isEqualTo("invalid-api-params");
    assertThat(missing.message()).contains("missing");
    assertThat(user.get("/session/files1/download_single").status()).isEqualTo(400);
  }

  @Test
  void shouldListAsText() throws Exception {
    var reply = user.json("GET", "/session/files1/files", Map.of("path", "sub"));
    assertThat(reply.json().path("files").isTextual()).isTrue();
    assertThat(reply.json().path("errors").asText("x")).isEmpty();
    assertThat(reply.json().path("abspath").asText()).isEqualTo("/home/work/sub");
    var entry =
        new com.fasterxml.jackson.databind.ObjectMapper()
            .readTree(reply.json().path("files").asText())
            .get(0);
    assertThat(entry.path("filename").asText()).isEqualTo("a.txt");
    assertThat(entry.path("mode").asText()).isEqualTo("-rw-r--r--");
    assertThat(entry.path("mtime").asDouble()).isEqualTo(2.5);
    assertThat(user.get("/session/files1/files").json().path("abspath").asText())
        .isEqualTo("/home/work/.");
  }
}
