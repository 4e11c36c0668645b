package org.polykern.agent.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CgroupTest {
  @TempDir Path root;

  private static final List<String> V1 =
      List.of(
          "25 20 0:22 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct",
          "26 20 0:23 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory",
          "27 20 0:24 / /sys/fs/cgroup/with\\040blank rw - cgroup cgroup rw,pids",
          "28 20 0:25 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw",
          "29 20 0:26 / /proc rw - proc proc rw");

  @Test
  void shouldReadVersionOneMounts() {
    var mounts = CgroupMounts.parse(V1, mount -> Set.of());
    assertThat(mounts.hierarchies())
        .containsOnlyKeys("cpu", "cpuacct", "memory", "pids")
        .containsEntry(
            "pids", new CgroupMounts.Hierarchy(Path.of("/sys/fs/cgroup/with blank"), false));
    var groups =
        mounts.groups(List.of("4:memory:/docker/abc", "3:cpu,cpuacct:/docker/abc", "0::/x"));
    assertThat(groups).containsOnlyKeys("memory", "cpu", "cpuacct");
    assertThat(groups.get("memory").dir()).isEqualTo(Path.of("/sys/fs/cgroup/memory/docker/abc"));
  }

  @Test
  void shouldReadVersionTwoMounts() {
    var mounts =
        CgroupMounts.parse(
            List.of("28 20 0:25 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw"),
            mount -> Set.of("cpu", "memory", "pids", "io"));
    assertThat(mounts.hierarchies()).containsOnlyKeys("cpu", "cpuacct", "memory", "pids");
    assertThat(mounts.groups(List.of("0::/system.slice/docker-abc.scope")))
        .hasSize(4)
        .allSatisfy((name, group) -> assertThat(group.unified()).isTrue());
  }

  @Test
  void shouldReadUsageOfBothVersions() throws IOException {
    var one = Files.createDirectory(root.resolve("v1"));
    Files.writeString(one.resolve("cpuacct.usage"), "1500000000\n");
    Files.writeString(one.resolve("memory.usage_in_bytes"), "1000\n");
    Files.writeString(one.resolve("memory.stat"), "cache 5\ntotal_inactive_file 300\n");
    Files.writeString(one.resolve("memory.limit_in_bytes"), "9223372036854771712\n");
    Files.writeString(one.resolve("memory.oom_control"), "oom_kill_disable 0\noom_kill 2\n");
    Files.writeString(one.resolve("pids.current"), "7\n");
    var v1 = group(one, false);
    assertThat(v1.usage().orElseThrow())
        .isEqualTo(new org.polykern.agent.backend.Usage(1_500_000_000L, 700, 0, 7));
    assertThat(v1.oomKills()).isEqualTo(2);

    var two = Files.createDirectory(root.resolve("v2"));
    Files.writeString(two.resolve("cpu.stat"), "usage_usec 1500\nuser_usec 1000\n");
    Files.writeString(two.resolve("memory.current"), "1000\n");
    Files.writeString(two.resolve("memory.stat"), "inactive_file 300\n");
    Files.writeString(two.resolve("memory.max"), "max\n");
    Files.writeString(two.resolve("memory.events"), "low 0\noom_kill 1\n");
    Files.writeString(two.resolve("pids.current"), "7\n");
    var v2 = group(two, true);
    assertThat(v2.usage().orElseThrow())
        .isEqualTo(new org.polykern.agent.backend.Usage(1_500_000L, 700, 0, 7));
    assertThat(v2.oomKills()).isEqualTo(1);
    assertThat(group(root.resolve("gone"), true).usage()).isEmpty();
  }

  @Test
  void shouldWriteVersionTwoLimits() throws IOException {
    Files.createDirectories(root.resolve("polykern/inst"));
    var hierarchy = new CgroupMounts.Hierarchy(root, true);
    var tree =
        CgroupTree.open(
            new CgroupMounts(Map.of("memory", hierarchy, "pids", hierarchy, "cpu", hierarchy)),
            "inst");
    var procs =
        tree.create("k", new CgroupTree.Limits(1 << 20, 64, new BigDecimal("1.5"), List.of(0, 1)));
    var dir = root.resolve("polykern/inst/k");
    assertThat(procs).containsExactly(dir.resolve("cgroup.procs"));
    assertThat(dir.resolve("memory.max")).hasContent("1048576");
    assertThat(dir.resolve("cpu.max")).hasContent("150000 100000");
    assertThat(dir.resolve("pids.max")).hasContent("64");
    assertThat(root.resolve("polykern/inst/cgroup.subtree_control")).exists();
    assertThat(tree.kernels()).containsExactly("k");
  }

  private static Cgroup group(Path dir, boolean unified) {
    var group = new Cgroup.Group(dir, unified);
    return new Cgroup(Map.of("memory", group, "cpuacct", group, "pids", group));
  }
}
