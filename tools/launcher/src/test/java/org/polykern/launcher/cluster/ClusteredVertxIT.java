package org.polykern.launcher.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.config.Config;
import com.hazelcast.config.MulticastConfig;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClusteredVertxIT {
  private final List<Vertx> joined = new ArrayList<>();
  private final int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
  private final String secret = UUID.randomUUID().toString();

  @AfterEach
  void leave() {
    joined.reversed().forEach(vertx -> vertx.close().await());
  }

  private ClusterConfig config(String name, String withSecret) {
    return new ClusterConfig(name, withSecret, "224.2.2.3", port, "127.0.0.1", 15_701);
  }

  private Vertx join(ClusterConfig config) {
    return joined(ClusteredVertx.join(config));
  }

  private Vertx joined(Vertx vertx) {
    joined.add(vertx);
    return vertx;
  }

  private static MulticastConfig multicast(Config hazelcast) {
    return hazelcast.getNetworkConfig().getJoin().getMulticastConfig();
  }

  private static int members(Vertx vertx) {
    return ((VertxInternal) vertx).clusterManager().getNodes().size();
  }

  @Test
  void shouldFindOthersWithTheSameSecretOnly() {
    var one = join(config("test", secret));
    var other = join(config("test", secret));
    var stranger = join(config("test", "another secret, long enough"));
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> members(one) == 2 && members(other) == 2);
    assertThat(members(stranger)).isEqualTo(1);

    one.eventBus()
        .<String>consumer("echo", message -> message.reply(message.body()))
        .completion()
        .await();
    assertThat(other.eventBus().<String>request("echo", "hello").await().body()).isEqualTo("hello");
    assertThatThrownBy(() -> stranger.eventBus().request("echo", "hello").await())
        .isInstanceOf(ReplyException.class)
        .hasMessageContaining("No handlers");
  }

  @Test
  void shouldBecomeOneClusterWhenTwoWereFounded() {
    var configs =
        Stream.generate(() -> ClusteredVertx.hazelcast(config("test", secret))).limit(3).toList();
    configs.forEach(each -> multicast(each).addTrustedInterface("192.0.2.1")); // hears nobody
    var nodes = configs.stream().map(each -> joined(ClusteredVertx.join(each))).toList();
    assertThat(nodes).allMatch(node -> members(node) == 1);
    for (int i = 0; i < nodes.size(); i++) {
      nodes
          .get(i)
          .eventBus()
          .<String>consumer("echo" + i, message -> message.reply(message.body()))
          .completion()
          .await();
    }
    configs.forEach(each -> multicast(each).setTrustedInterfaces(Set.of()));
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> nodes.stream().allMatch(node -> members(node) == 3));
    Awaitility.await()
        .ignoreExceptionsInstanceOf(ReplyException.class)
        .untilAsserted(() -> {
          for (var node : nodes) {
            for (int i = 0; i < nodes.size(); i++) {
              var reply = node.eventBus().<String>request("echo" + i, "hello").await();
              assertThat(reply.body()).isEqualTo("hello");
            }
          }
        });
  }

  @Test
  void shouldNotJoinWithoutSecret() {
    assertThatThrownBy(() -> ClusteredVertx.join(config("test", "")))
        .hasMessageContaining("POLYKERN_CLUSTER_SECRET");
  }

  @Test
  void shouldNotShowTheSecretOnTheWire() {
    assertThat(ClusteredVertx.groupName(config("test", secret)))
        .startsWith("test-")
        .doesNotContain(secret)
        .isNotEqualTo(ClusteredVertx.groupName(config("test", secret + "x")));
  }
}
