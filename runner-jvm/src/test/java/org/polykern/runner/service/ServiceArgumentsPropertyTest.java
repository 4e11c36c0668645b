package org.polykern.runner.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class ServiceArgumentsPropertyTest {
  private static final Template TEMPLATE = new Template(Map.of("ports", List.of(8888)));

  private static ServiceRequest request(
      Map<String, List<String>> arguments, Map<String, String> envs) {
    return new ServiceRequest("web", 8888, List.of(8888), "http", arguments, envs);
  }

  @Example
  void shouldPutTheUsersValueInPlaceOfADefault() throws ServiceException {
    Map<String, List<String>> defaults = new LinkedHashMap<>();
    defaults.put("--port", List.of("{ports[0]}"));
    defaults.put("--quiet", List.of());
    defaults.put("--many", List.of("1", "2"));
    Map<String, List<String>> given = new LinkedHashMap<>();
    given.put("--new", List.of("{ports[0]}"));
    given.put("--many", List.of("3"));
    assertThat(ServiceArguments.merged(defaults, given, TEMPLATE))
        .containsExactly("--port", "8888", "--quiet", "--many", "3", "--new", "{ports[0]}");
  }

  @Example
  void shouldNameWhatIsNotAllowed() throws ServiceException {
    ServiceArguments.check(request(Map.of(), Map.of()), null, null, Map.of());
    assertThatThrownBy(() ->
            ServiceArguments.check(
                request(Map.of("--x", List.of()), Map.of()), null, null, Map.of()))
        .hasMessage("Expected no arguments for the service web, but got --x.");
    assertThatThrownBy(() ->
            ServiceArguments.check(
                request(Map.of(), Map.of("NAMES", "")), null, List.of("NAME"), Map.of()))
        .hasMessageContaining("but got NAMES. Did you mean \"NAME\"?");
    assertThatThrownBy(() ->
            ServiceArguments.check(
                request(Map.of(), Map.of("HOME", "")), null, List.of("HOME"), Map.of("HOME", "/")))
        .hasMessageContaining("HOME is set for all");
  }

  @Property
  void shouldAllowExactlyWhatIsListed(
      @ForAll @Size(max = 4) Set<@AlphaChars @StringLength(max = 2) String> given,
      @ForAll @Size(max = 4) Set<@AlphaChars @StringLength(max = 2) String> allowed) {
    Map<String, List<String>> arguments = new LinkedHashMap<>();
    given.forEach(name -> arguments.put(name, List.of()));
    boolean passed;
    try {
      ServiceArguments.check(
          request(arguments, Map.of()), new ArrayList<>(allowed), null, Map.of());
      passed = true;
    } catch (ServiceException e) {
      passed = false;
    }
    assertThat(passed).isEqualTo(allowed.containsAll(given));
  }

  @Property
  void shouldPassOnValuesAsTheyAre(@ForAll String name, @ForAll List<String> values)
      throws ServiceException {
    List<String> expected = new ArrayList<>(List.of(name));
    expected.addAll(values);
    assertThat(ServiceArguments.merged(Map.of(), Map.of(name, values), TEMPLATE))
        .isEqualTo(expected);
  }
}
