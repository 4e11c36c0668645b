package org.polykern.launcher.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MultiMapConfig;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes the Vert.x of a node that belongs to a cluster. */
public final class ClusteredVertx {
  /** Hazelcast would take a node for dead after a minute; our heartbeats expect less. */
  private static final int MEMBER_TIMEOUT_SECONDS = 20;

  /**
   * Nodes that start at the same moment on busy machines may found a cluster each, and so may those
   * that a network failure parted. Hazelcast would first look for others after five minutes.
   */
  private static final String FIRST_MERGE_SECONDS = "10";

  private static final String NEXT_MERGE_SECONDS = "10";

  private ClusteredVertx() {}

  /**
   * Joins the cluster, or founds it when nobody answers. Blocks for some seconds.
   *
   * @throws IllegalArgumentException when no secret is configured
   */
  public static Vertx join(ClusterConfig cluster) {
    if (cluster.secret().isEmpty()) {
      throw new IllegalArgumentException(
          "Expected a cluster secret, but none is given: set [cluster] secret, or the variable"
              + " POLYKERN_CLUSTER_SECRET, to the same long random text on every node.");
    }
    return join(hazelcast(cluster));
  }

  static Vertx join(Config hazelcast) {
    return Vertx.builder()
        .with(options())
        .withClusterManager(new HazelcastClusterManager(hazelcast))
        .buildClustered()
        .await();
  }

  /** The options of a node, clustered or not. */
  public static VertxOptions options() {
    return new VertxOptions()
        .setPreferNativeTransport(false)
        .setEventBusOptions(new EventBusOptions().setConnectTimeout(5_000));
  }

  static Config hazelcast(ClusterConfig cluster) {
    var config = new Config().setClusterName(groupName(cluster));
    var network =
        config
            .getNetworkConfig()
            .setPort(cluster.memberPort())
            .setPortAutoIncrement(true)
            .setReuseAddress(true);
    var join = network.getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig()
        .setEnabled(true)
        .setMulticastGroup(cluster.multicastGroup())
        .setMulticastPort(cluster.multicastPort())
        .setLoopbackModeEnabled(true)
        .setMulticastTimeoutSeconds(2);
    if (!cluster.networkInterface().isEmpty()) {
      network.getInterfaces().setEnabled(true).addInterface(cluster.networkInterface());
    }
    config.addMultiMapConfig(
        new MultiMapConfig("__vertx.subs")
            .setBackupCount(1)
            .setValueCollectionType(MultiMapConfig.ValueCollectionType.SET));
    config.addMapConfig(new MapConfig("__vertx.haInfo").setBackupCount(1));
    config.addMapConfig(new MapConfig("__vertx.nodeInfo").setBackupCount(1));
    config
        .setProperty("hazelcast.logging.type", "slf4j")
        .setProperty("hazelcast.shutdownhook.enabled", "false")
        .setProperty("hazelcast.phone.home.enabled", "false")
        .setProperty("hazelcast.socket.bind.any", "false")
        .setProperty("hazelcast.wait.seconds.before.join", "1")
        .setProperty("hazelcast.heartbeat.interval.seconds", "2")
        .setProperty("hazelcast.max.no.heartbeat.seconds", Integer.toString(MEMBER_TIMEOUT_SECONDS))
        .setProperty("hazelcast.merge.first.run.delay.seconds", FIRST_MERGE_SECONDS)
        .setProperty("hazelcast.merge.next.run.delay.seconds", NEXT_MERGE_SECONDS)
        .setProperty("hazelcast.operation.generic.thread.count", "2")
        .setProperty("hazelcast.partition.count", "31");
    return config;
  }

  /** Name and a keyed hash: equal only for nodes that have the same secret. */
  static String groupName(ClusterConfig cluster) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(cluster.secret().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      var digest = mac.doFinal(cluster.name().getBytes(StandardCharsets.UTF_8));
      return cluster.name() + "-" + HexFormat.of().formatHex(digest);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has HmacSHA256", e);
    }
  }
}
