package org.polykern.agent.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.polykern.common.kernel.ServicePort;

/** Labels that are drawn, well-formed and not. */
final class ServicePortsPropertyTest {
  private static final Set<Integer> RESERVED = Set.of(2000, 2001, 2002, 2003, 2200, 7681);

  @Property
  void shouldReadWhatWasWritten(@ForAll("services") List<ServicePort> services) {
    var label =
        services.stream().map(ServicePortsPropertyTest::text).collect(Collectors.joining(","));
    var expected = new LinkedHashMap<String, ServicePort>();
    services.forEach(service -> expected.put(service.name(), service));
    assertThat(ServicePorts.parse(label)).containsExactlyElementsOf(expected.values());
  }

  @Property
  void shouldAnswerAnythingWithPortsOrASentence(@ForAll("labels") String label) {
    try {
      var services = ServicePorts.parse(label);
      assertThat(services).extracting(ServicePort::name).doesNotHaveDuplicates();
      assertThat(services)
          .flatExtracting(ServicePort::containerPorts)
          .doesNotHaveDuplicates()
          .allSatisfy(port -> assertThat(port).isBetween(1025, 65_534).isNotIn(RESERVED));
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageStartingWith("Expected the image's label");
    }
  }

  private static String text(ServicePort service) {
    var ports = service.containerPorts().stream().map(String::valueOf).toList();
    return service.name()
        + ":"
        + service.protocol()
        + ":"
        + (ports.size() == 1 ? ports.getFirst() : "[" + String.join(",", ports) + "]");
  }

  @Provide
  Arbitrary<List<ServicePort>> services() {
    var ports =
        Arbitraries.integers().between(1025, 65_534).filter(port -> !RESERVED.contains(port));
    var name =
        Arbitraries.strings()
            .withCharRange('a', 'c')
            .withChars("Z9_-")
            .ofMinLength(1)
            .ofMaxLength(3);
    var protocol = Arbitraries.of("http", "tcp", "preopen", "vnc", "rdp");
    var sizes = Arbitraries.integers().between(1, 3).list().ofMinSize(1).ofMaxSize(8);
    return Combinators.combine(
            sizes,
            ports.list().ofSize(24).uniqueElements(),
            name.list().ofSize(8),
            protocol.list().ofSize(8))
        .as(ServicePortsPropertyTest::cut);
  }

  private static List<ServicePort> cut(
      List<Integer> sizes, List<Integer> ports, List<String> names, List<String> protocols) {
    var services = new java.util.ArrayList<ServicePort>();
    var at = 0;
    for (var i = 0; i < sizes.size(); i++) {
      services.add(
          new ServicePort(names.get(i), protocols.get(i), ports.subList(at, at + sizes.get(i))));
      at += sizes.get(i);
    }
    return services;
  }

  @Provide
  Arbitrary<String> labels() {
    var pieces =
        Arbitraries.of(
            "a", "b", ":", ",", "[", "]", "http", "tcp", "pty", "8001", "8002", "0", " ");
    return pieces.list().ofMaxSize(20).map(list -> String.join("", list));
  }
}
