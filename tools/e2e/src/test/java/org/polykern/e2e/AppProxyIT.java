package org.polykern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.polykern.cli.client.ApiClient;

/** A real Jupyter Notebook of a session, opened in a browser through the app proxy. */
@ExtendWith(SharedProduct.class)
class AppProxyIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String NAME = "proxied-notebook";

  private Product product;
  private Chromium browser;

  @AfterEach
  void close() {
    if (browser != null) {
      browser.close();
    }
    if (product != null) {
      assertThat(product.cli("rm", NAME).exitCode()).isZero();
    }
  }

  @Test
  void shouldRunACellOfANotebook(Product shared) throws Exception {
    Path program = Chromium.program();
    Assumptions.assumeTrue(program != null, "Left out the browser: no chromium");
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/jupyter-notebook")),
        "Left out Jupyter: no jupyter-notebook");
    product = shared;
    assertThat(product.cli("start", "--name", NAME, "python").exitCode()).isZero();

    browser = new Chromium(program);
    browser.go(address("jupyter"));
    await("document.title", "Home Page");
    assertThat(browser.text("document.cookie")).doesNotContain("appproxy_permit");

    // A notebook of one cell, made and opened as the page itself does it.
    browser.value(
        "fetch('/api/contents', {method: 'POST', body: JSON.stringify({type: 'notebook'}), headers:"
            + " {'X-XSRFToken': document.cookie.match('_xsrf=([^;]*)')[1]}}).then(r =>"
            + " r.json()).then(made => { location = '/notebooks/' + made.path; })");
    await(
        "String(window.Jupyter && Jupyter.notebook && Jupyter.notebook.kernel &&"
            + " Jupyter.notebook.kernel.is_connected())",
        "true");
    browser.value(
        "Jupyter.notebook.get_cell(0).set_text('print(6 * 7, \"from the notebook\")');"
            + " Jupyter.notebook.execute_cell(); 1");
    await(
        "JSON.stringify(Jupyter.notebook.get_cell(0).output_area.outputs)", "42 from the notebook");
  }

  private void await(String expression, String text) {
    Awaitility.await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(browser.text(expression)).contains(text));
  }

  /** What the JavaScript SDK does: start the service, then ask the coordinator. */
  private String address(String app) throws InterruptedException {
    try (var api = new ApiClient(product.config());
        var http = HttpClient.newHttpClient()) {
      JsonNode session = api.call("GET", "/session/_/match?id=" + NAME).path("matches").path(0);
      String id = session.path("id").asText();
      var body = ApiClient.JSON.createObjectNode().put("app", app);
      JsonNode grant = api.call("POST", "/session/" + id + "/start-service", body);
      String add =
          grant.path("wsproxy_addr").asText()
              + "/v2/proxy/"
              + grant.path("token").asText()
              + "/"
              + id
              + "/add?app="
              + app;
      var reply =
          http.send(
              HttpRequest.newBuilder(URI.create(add)).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
      return ApiClient.JSON.readTree(reply.body()).path("url").asText();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
