package org.polykern.gateway.create;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.polykern.gateway.http.ParametersOf;

class CreateRequestTest {
  private static CreateRequest of(String json) {
    return CreateRequest.of(ParametersOf.json(json));
  }

  @Test
  void shouldTakeWhatThePythonSdkSends() {
    var request =
        of(
            """
            {"tag": null, "name": "mysess", "config": {"mounts": [], "environ": {"A": "1"},
              "resources": {"cpu": 1, "mem": "512m"}, "resource_opts": {"shmem": null},
              "scalingGroup": null, "mount_map": {}, "preopen_ports": ["8500"], "agentList": []},
              "dependencies": null, "callback_url": null, "clusterSize": 2,
              "clusterMode": "multi-node", "starts_at": null, "bootstrap_script": null,
              "owner_access_key": null, "domain": "default", "group": "default",
              "type": "interactive", "enqueueOnly": true, "maxWaitSeconds": 7,
              "reuseIfExists": false, "startupCommand": null, "image": "python:3.11"}
            """);
    assertThat(request.name()).isEqualTo("mysess");
    assertThat(request.clusterSize()).isEqualTo(2);
    assertThat(request.clusterMode()).isEqualTo("multi-node");
    assertThat(request.enqueueOnly()).isTrue();
    assertThat(request.maxWaitSeconds()).isEqualTo(7);
    assertThat(request.reuseIfExists()).isFalse();
    assertThat(request.config().resources()).containsEntry("cpu", "1").containsEntry("mem", "512m");
    assertThat(request.config().preopenPorts()).containsExactly(8500);
    assertThat(request.config().agents()).isEmpty();
  }

  @Test
  void shouldTakeWhatTheJavaScriptSdkSends() {
    var request =
        of(
            """
            {"lang": "python", "clientSessionToken": "jsSession", "group_name": "g",
              "domain": "d", "cluster_size": 1, "cluster_mode": "single-node",
              "config": {"resources": {"cpu": 1, "mem": "1g", "cuda.shares": "0.50"},
              "resource_opts": {"shmem": "1m", "allow_x": true}}}
            """);
    assertThat(request.image()).isEqualTo("python");
    assertThat(request.group()).isEqualTo("g");
    assertThat(request.domain()).isEqualTo("d");
    assertThat(request.config().shmem()).isEqualTo("1m");
    assertThat(request.config().resourceOptions()).containsEntry("allow_x", true);
    assertThat(request.config().resources()).containsEntry("cuda.shares", "0.50");
  }

  @Test
  void shouldHaveTheDocumentedDefaults() {
    var request = of("{\"name\": \"abcd\", \"image\": \"python\"}");
    assertThat(request.type()).isEqualTo("interactive");
    assertThat(request.group()).isEqualTo("default");
    assertThat(request.reuseIfExists()).isTrue();
    assertThat(request.enqueueOnly()).isFalse();
    assertThat(request.config().resources()).isNull();
    assertThat(request.priority()).isEqualTo(10);
  }

  @Test
  void shouldTakeTheClusterSizeFromTheConfigOfOldVersions() {
    assertThat(
            of("{\"name\": \"abcd\", \"image\": \"p\", \"config\": {\"clusterSize\": 3}}")
                .clusterSize())
        .isEqualTo(3);
  }

  @Test
  void shouldTakeTheResourcesOfOldVersions() {
    var resources =
        of("{\"name\": \"abcd\", \"image\": \"p\", \"config\": {\"instanceCores\": 2,"
                + " \"instanceMemory\": 1.5}}")
            .config()
            .resources();
    assertThat(resources).containsEntry("cpu", "2").containsEntry("mem", "1.5g");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"image\": \"p\"}",
        "{\"name\": \"abcd\"}",
        "{\"name\": \"abc\", \"image\": \"p\"}",
        "{\"name\": \"-abcd\", \"image\": \"p\"}",
        "{\"name\": \"ab cd\", \"image\": \"p\"}",
        "{\"name\": \"ab/cd\", \"image\": \"p\"}",
        "{\"name\": \"äbcd\", \"image\": \"p\"}",
        "{\"name\": \"abcd\\n\", \"image\": \"p\"}",
        "{\"name\": \"from-template\", \"image\": \"p\"}",
        "{\"name\": \"abcd\", \"image\": \"p\", \"type\": \"inference\"}",
        "{\"name\": \"abcd\", \"image\": \"p\", \"cluster_size\": 0}",
        "{\"name\": \"abcd\", \"image\": \"p\", \"cluster_mode\": \"ring\"}",
        "{\"name\": \"abcd\", \"image\": \"p\", \"maxWaitSeconds\": -1}",
        "{\"name\": \"abcd\", \"image\": \"p\", \"config\": []}",
        "{\"name\": \"abcd\", \"image\": \"p\", \"config\": {\"environ\": {\"A=B\": \"1\"}}}",
        "{\"name\": \"abcd\", \"image\": \"p\", \"config\": {\"environ\": {\"A\": {}}}}",
        "{\"name\": \"abcd\", \"image\": \"p\", \"config\": {\"preopen_ports\": [80]}}",
        "{\"name\": \"abcd\", \"image\": \"p\", \"config\": {\"preopen_ports\": [8080, \"8080\"]}}",
        "{\"name\": \"abcd\", \"image\": \"p\", \"config\": {\"resource_opts\": {\"shmem\": \"x\"}}}",
        "{\"name\": \"abcd\", \"image\": \"p\", \"config\": {\"instanceGPUs\": 1}}",
        "{\"name\": \"abcd\", \"image\": \"p\", \"callback_url\": \"file:///etc/passwd\"}",
      })
  void shouldRefuse(String json) {
    assertThatThrownBy(() -> of(json))
        .isInstanceOf(org.polykern.common.problem.ProblemException.class);
  }
}
