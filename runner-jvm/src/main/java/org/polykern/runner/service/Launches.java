package org.polykern.runner.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.home.KernelHome;
import org.polykern.runner.language.InterpreterProgram;
import org.polykern.runner.process.ShellScript;
import org.polykern.runner.spawn.Spawner;

/** Finds out how a service is started: built in, as the image defines it, as its language does. */
final class Launches {
  private static final String SSHD = "sshd";

  private final ServiceSurroundings given;
  private final DefinitionFolder definitions;
  private final FallbackServices fallbacks;

  Launches(ServiceSurroundings given) {
    this.given = given;
    this.definitions = new DefinitionFolder(given.definitions(), given.log());
    this.fallbacks = new FallbackServices(given.languages(), given.language());
  }

  DefinitionFolder definitions() {
    return definitions;
  }

  /** How to start what is asked for. */
  Launch of(ServiceRequest request) throws ServiceException {
    if (!Files.isDirectory(given.program().directory())) {
      throw new ServiceException(
          "Expected the session's directory "
              + given.program().directory()
              + ", but it is gone: no service can be started.");
    }
    if (request.name().equals(SSHD)) {
      return new Launch(
          request, given.limits().builtInPort(), false, List.of(), template -> sshd(request));
    }
    ServiceDefinition defined = definitions.find(request.name());
    if (defined != null) {
      ServiceArguments.check(
          request, defined.allowedArguments(), defined.allowedEnvs(), given.environment());
      return new Launch(
          request,
          given.limits().port(),
          defined.noop(),
          defined.prestart(),
          template -> program(request, defined, template));
    }
    String script = fallbacks.script(request.name());
    if (script == null) {
      throw unknown(request.name());
    }
    ServiceArguments.check(request, null, null, Map.of());
    return new Launch(
        request, given.limits().port(), false, List.of(), template -> script(request, script));
  }

  /** Values for the templates of a service. */
  Template template(ServiceRequest request, Map<String, Object> refs) {
    Map<String, Object> values = new HashMap<>(refs);
    values.put("ports", request.ports());
    String runtime = runtimePath();
    if (runtime != null) {
      values.put("runtime_path", runtime);
    }
    return new Template(values);
  }

  private @Nullable String runtimePath() {
    try {
      return given.program().executable();
    } catch (IOException e) {
      return given.program().path(); // One that is not there; or none, and then no variable.
    }
  }

  private ServiceException unknown(String name) throws ServiceException {
    TreeSet<String> known = new TreeSet<>(fallbacks.names());
    definitions.all().forEach(definition -> known.add(definition.name()));
    known.add(SSHD);
    return new ServiceException(
        "Expected a service that is defined in the image or built in, but \""
            + name
            + "\" is neither."
            + NearestName.remedy(name, known));
  }

  private Spawner.Program program(
      ServiceRequest request, ServiceDefinition definition, Template template)
      throws ServiceException {
    Map<String, String> environment = environment(request, definition, template);
    List<String> arguments =
        ServiceArguments.merged(definition.defaultArguments(), request.arguments(), template);
    return program(command(definition, arguments, template), environment);
  }

  /** The whole command; its program is still a name. */
  private static List<String> command(
      ServiceDefinition definition, List<String> arguments, Template template)
      throws ServiceException {
    List<String> command = new ArrayList<>();
    String script = definition.script();
    if (script == null) {
      command.addAll(template.fill(definition.command()));
      command.addAll(arguments);
    } else if (definition.shell().isEmpty()) {
      command.addAll(CommandWords.of(template.fill(script)));
      command.addAll(arguments);
    } else {
      // As parameters, not as part of the script: what users say is never read by a shell.
      String filled = template.fill(script);
      String whole = arguments.isEmpty() ? filled : filled.stripTrailing() + " \"$@\"";
      command.addAll(List.of(definition.shell(), "-c", whole, definition.name()));
      command.addAll(arguments);
    }
    if (command.isEmpty() || command.getFirst().isEmpty()) {
      throw new ServiceException(
          "Expected a program for the service "
              + definition.name()
              + ", but its command is empty.");
    }
    return command;
  }

  private Map<String, String> environment(
      ServiceRequest request, ServiceDefinition definition, Template template)
      throws ServiceException {
    Map<String, String> environment = new HashMap<>(given.environment());
    environment.computeIfPresent(
        "LD_LIBRARY_PATH", (name, value) -> value.replace("/opt/backend.ai/lib:", ""));
    Map<String, String> added = new HashMap<>();
    for (Map.Entry<String, String> variable : definition.env().entrySet()) {
      String name = template.fill(variable.getKey());
      if (name.isEmpty() || name.indexOf('=') >= 0) {
        throw new ServiceException(
            definition.name()
                + ".json: Expected the name of a variable in \"env\", but got \""
                + name
                + "\".");
      }
      added.put(name, template.fill(variable.getValue()));
    }
    added.putAll(request.envs());
    environment.putAll(given.allowed(added));
    return environment;
  }

  /** A program with what it prints captured, looked up on its PATH. */
  Spawner.Program program(List<String> command, Map<String, String> environment)
      throws ServiceException {
    List<String> argv = new ArrayList<>(command);
    Path directory = given.program().directory();
    String name = command.getFirst();
    boolean path = name.indexOf('/') >= 0;
    String file = path ? directory.resolve(name).toString() : null;
    try {
      argv.set(0, new InterpreterProgram(file, List.of(name), environment, directory).executable());
    } catch (IOException e) {
      throw new ServiceException("The program of a service is missing: " + e.getMessage());
    }
    return new Spawner.Program(argv, environment, directory, true).inOwnSession();
  }

  private Spawner.Program script(ServiceRequest request, String script) {
    Map<String, String> environment = new HashMap<>(given.environment());
    String runtime = runtimePath();
    environment.put("RT", runtime == null ? "" : runtime);
    environment.put("PORT", Integer.toString(request.port()));
    environment.put("BIND", given.bind());
    return ShellScript.program(script, environment, given.program().directory());
  }

  /** The SSH server of the kernel home; all that is known of it here. */
  private Spawner.Program sshd(ServiceRequest request) throws ServiceException {
    Path jar = KernelHome.file("sshd.jar");
    Path java = KernelHome.file("runtime/bin/pk-runner");
    Path options = KernelHome.file("sshd.args");
    for (Path file : List.of(jar, java, options)) {
      if (!Files.isRegularFile(file)) {
        throw new ServiceException(
            "Expected the SSH server in the kernel home, but there is no "
                + file
                + ": is this a whole kernel home?");
      }
    }
    List<String> argv =
        List.of(
            java.toString(),
            "@" + options,
            "-cp",
            jar.toString(),
            "org.polykern.sshd.Main",
            "--port",
            Integer.toString(request.port()),
            "--bind",
            given.bind(),
            "--home",
            given.program().directory().toString());
    return new Spawner.Program(argv, given.environment(), given.program().directory(), true)
        .inOwnSession();
  }
}
