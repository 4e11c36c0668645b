package org.polykern.runner.service;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A definition file; docs/services.md describes every member.
 *
 * @param name of the service
 * @param command program and arguments, templates; empty when {@code script} is not null
 * @param script one text in place of {@code command}, a template
 * @param shell what executes {@code script}; empty = nothing, its words are the command
 * @param prestart in order
 * @param env templates, names as well
 * @param urlTemplate for clients
 * @param allowedArguments null = the file says nothing, which allows none
 * @param allowedEnvs null = the file says nothing, which allows none
 * @param defaultArguments option name to its values, templates
 * @param noop whether something else starts it
 */
record ServiceDefinition(
    String name,
    List<String> command,
    @Nullable String script,
    String shell,
    List<PrestartAction> prestart,
    Map<String, String> env,
    @Nullable String urlTemplate,
    @Nullable List<String> allowedArguments,
    @Nullable List<String> allowedEnvs,
    Map<String, List<String>> defaultArguments,
    boolean noop) {

  ServiceDefinition {
    command = List.copyOf(command);
    prestart = List.copyOf(prestart);
    env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
    allowedArguments = allowedArguments == null ? null : List.copyOf(allowedArguments);
    allowedEnvs = allowedEnvs == null ? null : List.copyOf(allowedEnvs);
    defaultArguments = Collections.unmodifiableMap(new LinkedHashMap<>(defaultArguments));
  }

  /** What clients may know of it. */
  Map<String, Object> app() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("name", name);
    if (urlTemplate != null) {
      members.put("url_template", urlTemplate);
    }
    if (allowedArguments != null) {
      members.put("allowed_arguments", allowedArguments);
    }
    if (allowedEnvs != null) {
      members.put("allowed_envs", allowedEnvs);
    }
    return members;
  }
}
