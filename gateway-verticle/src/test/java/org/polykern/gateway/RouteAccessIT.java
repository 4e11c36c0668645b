package org.polykern.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.ext.web.Route;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.polykern.gateway.http.Access;
import org.polykern.gateway.http.Edge;

/** Every route names the permission it needs, and the anonymous ones are exactly these. */
class RouteAccessIT {
  private final TestWorld world = TestWorld.get();

  @Test
  void shouldDeclareAccessOnEveryRoute() {
    var routes = world.gateway.routes();
    assertThat(routes).hasSizeGreaterThan(30);
    assertThat(routes)
        .allSatisfy(route ->
            assertThat(route.<Object>getMetadata(Edge.ACCESS))
                .as("access of %s %s", route.methods(), route.getPath())
                .isInstanceOf(Access.class));
  }

  @Test
  void shouldServeOnlyTheKnownRoutesAnonymously() {
    var anonymous = new TreeSet<String>();
    for (var route : world.gateway.routes()) {
      if (route.getPath() != null && route.getMetadata(Edge.ACCESS) == Access.ANONYMOUS) {
        anonymous.add(name(route));
      }
    }
    assertThat(anonymous)
        .containsExactlyInAnyOrder(
            "[GET] /",
            "[GET] /healthz",
            "[GET] /console/terminal",
            "[GET] /console/terminal/:file",
            "[POST] /console/terminal/open",
            "[GET] /manager/announcement",
            "[GET] /manager/status",
            "[GET] /config/resource-slots",
            "[GET] /etcd/resource-slots");
  }

  @Test
  void shouldRefuseEveryOtherRouteWithoutSignature() {
    var now = java.time.Instant.now().toString();
    for (var route : world.gateway.routes()) {
      if (route.getPath() == null || route.getMetadata(Edge.ACCESS) == Access.ANONYMOUS) {
        continue;
      }
      var target = route.getPath().replaceAll(":\\w+", "abcd");
      for (var method : route.methods()) {
        var upload = target.endsWith("/upload");
        var request =
            world
                .as(TestWorld.USER_KEY)
                .unsigned(
                    method.name(),
                    target,
                    upload ? "multipart/form-data; boundary=x" : null,
                    upload ? "--x--\r\n".getBytes(java.nio.charset.StandardCharsets.UTF_8) : null)
                .header("X-BackendAI-Date", now);
        var reply = SignedClient.exchange(request);
        assertThat(reply.status()).as(method + " " + target + ": " + reply.text()).isEqualTo(401);
        assertThat(reply.problem()).isEqualTo("auth-failed");
        assertThat(reply.message()).isEqualTo("Unauthorized access");
      }
    }
  }

  private static String name(Route route) {
    return route.methods() + " " + route.getPath();
  }
}
