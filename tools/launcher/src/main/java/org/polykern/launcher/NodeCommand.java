package org.polykern.launcher;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.polykern.launcher.instance.InstanceLock;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts some roles as one node of a cluster. */
@Command(name = "node", description = "Start one node of a cluster.")
final class NodeCommand implements Callable<Integer> {
  @Mixin private final DataOption data = new DataOption();

  @Option(
      names = "--role",
      required = true,
      paramLabel = "ROLE[,ROLE...]",
      description = "gateway, scheduler, storage, agent, app-proxy")
  private String roles = "";

  @Option(names = "--config", paramLabel = "FILE", description = "configuration file (TOML)")
  private @Nullable Path config;

  @Option(names = "--port", paramLabel = "N", description = "port of the API (default: 8090)")
  private @Nullable Integer port;

  @Option(
      names = "--backend",
      paramLabel = "docker|process",
      description = "what runs the sessions (default: docker if it answers)")
  private @Nullable String backend;

  @Option(
      names = "--agent-id",
      paramLabel = "NAME",
      description = "name of the agent (default: i-HOSTNAME)")
  private @Nullable String agentId;

  @Override
  public Integer call() throws InterruptedException {
    var directory = data.get();
    var options =
        new NodeOptions(
            directory,
            Role.parse(roles),
            Optional.ofNullable(config),
            Optional.ofNullable(port),
            Optional.ofNullable(backend),
            Optional.ofNullable(agentId),
            true,
            false);
    var settings = NodeSetup.read(options);
    directory.create();
    var lock =
        InstanceLock.take(directory)
            .orElseThrow(() ->
                new IllegalStateException(
                    "Expected a data directory of its own, but another node uses "
                        + directory.root()
                        + "; give each node on one machine its own with --data."));
    var node = RunningNode.start(options, settings, lock);
    Console.say(
        "Node with role %s is ready%s"
            .formatted(roles, node.url().isEmpty() ? "" : " at " + node.url()));
    node.agent().ifPresent(Announcement::of);
    Console.ready();
    node.awaitSignal();
    return 0;
  }
}
