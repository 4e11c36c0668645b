package org.polykern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** The terminal's page in a browser, in front of a real session. */
@ExtendWith(SharedProduct.class)
class TerminalPageIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String STATE = "document.getElementById('state').dataset.state";

  /** What is on the screen, as the page itself would copy it. */
  private static final String SCREEN =
      "(() => { terminal.selectAll(); const text = '\\n' + terminal.getSelection();"
          + " terminal.clearSelection(); return text; })()";

  private Product product;
  private Chromium browser;
  private String name;

  @BeforeEach
  void open(Product shared, TestInfo test) throws IOException {
    Path program = Chromium.program();
    Assumptions.assumeTrue(program != null, "Left out the browser: no chromium");
    product = shared;
    name = "page-" + Integer.toHexString(test.getDisplayName().hashCode());
    assertThat(product.cli("start", "--name", name, "python").exitCode()).isZero();
    browser = new Chromium(program);
  }

  @AfterEach
  void close() {
    if (browser != null) {
      browser.close();
    }
    if (product != null) {
      assertThat(product.cli("rm", name).exitCode()).isZero();
    }
  }

  private String link() {
    Product.Result result = product.cli("terminal", "--web", name);
    assertThat(result.exitCode()).as(result.err()).isZero();
    return result
        .out()
        .lines()
        .filter(line -> line.contains("/console/terminal?"))
        .map(line -> line.substring(line.indexOf("http")))
        .findFirst()
        .orElseThrow(() -> new AssertionError(result.out()));
  }

  private void awaitState(String state) {
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(browser.text(STATE))
                .as(browser.text("document.body.innerText") + browser.complaints())
                .isEqualTo(state));
  }

  private void awaitScreen(String text) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(browser.text(SCREEN)).contains(text));
  }

  @Test
  void shouldShowATerminalThatComesBack() {
    String link = link();
    browser.go(link);
    awaitState("connected");
    assertThat(browser.text("location.search")).doesNotContain("link=");
    assertThat(browser.text("document.cookie")).isEmpty();
    browser.type("echo $((6*7))-answer\n");
    awaitScreen("42-answer");

    // The size of the window is the size of the terminal.
    browser.resize(700, 400);
    Awaitility.await().atMost(PATIENCE).until(() -> browser.value("terminal.rows").asInt() < 25);
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(() -> {
          browser.type("clear; stty size\n");
          awaitScreen("\n" + browser.text("terminal.rows + ' ' + terminal.cols"));
        });

    // The connection breaks; what is written meanwhile is there when it is back.
    browser.type("KEPT=kept; (until [ -e go ]; do sleep 0.1; done; echo written-$KEPT) &\n");
    browser.offline(true);
    awaitState("waiting");
    var exec = product.cli("exec", name, "-c", "open('go', 'w').close()");
    assertThat(exec.exitCode()).as(exec.err()).isZero();
    browser.offline(false);
    awaitState("connected");
    awaitScreen("written-kept");
    browser.type("echo still-$KEPT\n");
    awaitScreen("still-kept");

    // Ctrl-C ends a flood, and the page is alive behind it.
    browser.type("yes flooding\n");
    awaitScreen("flooding\nflooding\n");
    browser.key("c", "KeyC", 67, 2);
    browser.type("echo after-the-flood\n");
    awaitScreen("after-the-flood");

    // The page comes back without its link, which nobody can use again.
    browser.go(browser.text("location.href"));
    awaitState("connected");
    awaitScreen("after-the-flood");
    assertThat(browser.complaints()).filteredOn(c -> c.contains("Content Security")).isEmpty();
    browser.go(link);
    awaitState("failed");
    assertThat(browser.text("document.getElementById('state').textContent"))
        .contains("used before or has expired");
  }

  @Test
  void shouldRememberTheThemeAndSayThatTheSessionHasEnded() {
    browser.go(link());
    awaitState("connected");
    String choose =
        "(() => { const s = document.getElementById('theme'); s.value = 'Paper';"
            + " s.dispatchEvent(new Event('change')); })()";
    browser.value(choose);
    assertThat(browser.text("terminal.getOption('theme').background")).isEqualTo("#fbf1c7");
    browser.go(browser.text("location.href"));
    awaitState("connected");
    assertThat(browser.text("terminal.getOption('theme').background")).isEqualTo("#fbf1c7");
    assertThat(browser.text("document.title")).contains(name);
    assertThat(product.cli("rm", name).exitCode()).isZero();
    awaitState("ended");
    assertThat(product.cli("start", "--name", name, "python").exitCode()).isZero(); // for the end
  }
}
