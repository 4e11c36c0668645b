package org.polykern.common.bus;

import com.hazelcast.config.Config;
import com.hazelcast.config.MultiMapConfig;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The same promises between two members of a real Hazelcast cluster. */
class ClusteredBusIT extends BusContract {
  private static final String CLUSTER = "bus-it-" + UUID.randomUUID();
  private static Vertx first;
  private static Vertx second;

  @BeforeAll
  static void form() {
    first = member();
    second = member();
  }

  @AfterAll
  static void closeVertx() {
    second.close().await();
    first.close().await();
  }

  /** Finds the other by loopback TCP alone, so that nothing of this test leaves the machine. */
  private static Vertx member() {
    var config = new Config().setClusterName(CLUSTER);
    config.setProperty("hazelcast.logging.type", "slf4j");
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.addMultiMapConfig(new MultiMapConfig("__vertx.subs").setValueCollectionType("SET"));
    var network = config.getNetworkConfig();
    network.getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    network.getJoin().getAutoDetectionConfig().setEnabled(false);
    network.getJoin().getMulticastConfig().setEnabled(false);
    network.getJoin().getTcpIpConfig().setEnabled(true).addMember("127.0.0.1");
    var options = new VertxOptions();
    options.getEventBusOptions().setHost("127.0.0.1");
    return Vertx.builder()
        .with(options)
        .withClusterManager(new HazelcastClusterManager(config))
        .buildClustered()
        .await();
  }

  @Override
  Vertx serverVertx() {
    return first;
  }

  @Override
  Vertx clientVertx() {
    return second;
  }
}
