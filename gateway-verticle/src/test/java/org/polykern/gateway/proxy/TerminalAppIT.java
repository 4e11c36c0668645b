package org.polykern.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The terminal's page as an app, which no process of the session serves. */
class TerminalAppIT {
  @Test
  void shouldServeThePageToWhoeverHasAPermit() {
    try (var bed = new ProxyBed()) {
      var opened = bed.open(bed.session("ttyd:http"), "ttyd", "");
      var page = ProxyBed.get(opened.url(), "Cookie", opened.cookie());
      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.body()).contains("data-terminal=\"./ws\"");
      var script = ProxyBed.get(opened.url() + "terminal.js", "Cookie", opened.cookie());
      assertThat(script.statusCode()).isEqualTo(200);
      assertThat(ProxyBed.get(opened.url() + "ws", "Cookie", opened.cookie()).statusCode())
          .isEqualTo(400);
      assertThat(ProxyBed.get(opened.url()).statusCode()).isEqualTo(401);
    }
  }
}
