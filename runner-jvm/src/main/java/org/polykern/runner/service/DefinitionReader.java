package org.polykern.runner.service;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.json.JsonException;
import org.polykern.runner.json.JsonObject;
import org.polykern.runner.json.JsonReader;

/** Reads one definition file. Every complaint names the file and the member. */
final class DefinitionReader {
  private static final int MAX_BYTES = 1024 * 1024;
  private static final Pattern OCTAL = Pattern.compile("[0-7]{1,4}");
  private static final String DEFAULT_SHELL = "bash";
  private static final List<String> MEMBERS =
      List.of(
          "command",
          "shell",
          "prestart",
          "prestart_actions",
          "env",
          "url_template",
          "allowed_arguments",
          "allowed_envs",
          "default_arguments",
          "noop");
  private static final Map<String, List<String>> ACTIONS =
      Map.of(
          "write_file", List.of("filename", "body", "mode", "append"),
          "write_tempfile", List.of("body", "mode"),
          "mkdir", List.of("path"),
          "run_command", List.of("command", "echo"),
          "log", List.of("message", "body", "debug"));

  private final String name;

  private DefinitionReader(String name) {
    this.name = name;
  }

  /**
   * Reads the file's content.
   *
   * @param name of the service, and of the file without its suffix
   * @throws ServiceException if it is no valid definition
   */
  static ServiceDefinition read(String name, byte[] content) throws ServiceException {
    DefinitionReader reader = new DefinitionReader(name);
    try {
      return reader.definition(JsonReader.object(content, MAX_BYTES));
    } catch (JsonException e) {
      throw reader.wrong(String.valueOf(e.getMessage()));
    }
  }

  private ServiceDefinition definition(JsonObject json) throws ServiceException {
    known(json, "", MEMBERS);
    boolean noop = flag(json, "", "noop");
    Object command = json.members().get("command");
    if (command == null && !noop) {
      throw wrong("Expected the member \"command\", but there is none.");
    }
    String script = command instanceof String ? text(json, "", "command") : null;
    List<String> words = script != null || command == null ? List.of() : texts(json, "", "command");
    if (!noop && words.isEmpty() && (script == null || script.isBlank())) {
      throw wrong("Expected a program in \"command\", but it is empty.");
    }
    return new ServiceDefinition(
        name,
        words,
        script,
        shell(json),
        prestart(json),
        textMap(json),
        text(json, "", "url_template"),
        textsOrNull(json, "allowed_arguments"),
        textsOrNull(json, "allowed_envs"),
        defaultArguments(json),
        noop);
  }

  private String shell(JsonObject json) throws ServiceException {
    if (!json.members().containsKey("shell")) {
      return DEFAULT_SHELL;
    }
    String shell = text(json, "", "shell");
    return shell == null ? "" : shell;
  }

  private List<PrestartAction> prestart(JsonObject json) throws ServiceException {
    Object value = json.members().get("prestart");
    Object alias = json.members().get("prestart_actions");
    if (value != null && alias != null) {
      throw wrong("Expected \"prestart\" or \"prestart_actions\", but there are both.");
    }
    List<PrestartAction> actions = new ArrayList<>();
    Object given = value == null ? alias : value;
    if (given != null && !(given instanceof List<?>)) {
      throw wrong("Expected a list in \"prestart\", but got another value.");
    }
    for (Object item : given instanceof List<?> items ? items : List.of()) {
      String where = "prestart[" + actions.size() + "].";
      if (!(item instanceof JsonObject action)) {
        throw wrong("Expected an object as \"" + where + "\", but got another value.");
      }
      actions.add(action(action, where));
    }
    return actions;
  }

  private PrestartAction action(JsonObject json, String where) throws ServiceException {
    known(json, where, List.of("action", "args", "ref"));
    String kind = required(json, where, "action");
    List<String> members = ACTIONS.get(kind);
    if (members == null) {
      throw wrong(
          "Expected an action that there is in \""
              + where
              + "action\", but got \""
              + kind
              + "\"."
              + NearestName.remedy(kind, ACTIONS.keySet().stream().sorted().toList()));
    }
    Object value = json.members().get("args");
    if (value != null && !(value instanceof JsonObject)) {
      throw wrong("Expected an object in \"" + where + "args\", but got another value.");
    }
    JsonObject args = value instanceof JsonObject given ? given : new JsonObject(Map.of());
    String inside = where + "args.";
    known(args, inside, members);
    String ref = text(json, where, "ref");
    return switch (kind) {
      case "write_file" ->
          new PrestartAction.WriteFile(
              required(args, inside, "filename"),
              lines(args, inside),
              mode(args, inside),
              flag(args, inside, "append"),
              ref);
      case "write_tempfile" ->
          new PrestartAction.WriteTempfile(lines(args, inside), mode(args, inside), ref);
      case "mkdir" -> new PrestartAction.Mkdir(required(args, inside, "path"), ref);
      case "run_command" ->
          new PrestartAction.RunCommand(command(args, inside), flag(args, inside, "echo"), ref);
      default -> new PrestartAction.Log(message(args, inside), flag(args, inside, "debug"), ref);
    };
  }

  private List<String> command(JsonObject args, String where) throws ServiceException {
    List<String> command = texts(args, where, "command");
    if (command.isEmpty()) {
      throw wrong("Expected a program in \"" + where + "command\", but it is empty.");
    }
    return command;
  }

  /** The guide of the format calls it otherwise than its code. */
  private String message(JsonObject args, String where) throws ServiceException {
    String body = text(args, where, "body");
    return body == null ? required(args, where, "message") : body;
  }

  private List<String> lines(JsonObject args, String where) throws ServiceException {
    Object body = args.members().get("body");
    return body instanceof String line ? List.of(line) : texts(args, where, "body");
  }

  private String mode(JsonObject args, String where) throws ServiceException {
    Object value = args.members().get("mode");
    String mode = value == null ? "644" : value.toString();
    if (!OCTAL.matcher(mode).matches()) {
      throw wrong(
          "Expected octal permissions such as \"644\" in \""
              + where
              + "mode\", but got "
              + mode
              + ".");
    }
    return mode;
  }

  private Map<String, String> textMap(JsonObject json) throws ServiceException {
    Map<String, String> texts = new LinkedHashMap<>();
    JsonObject env = object(json, "env");
    for (Map.Entry<String, @Nullable Object> member : env.members().entrySet()) {
      texts.put(member.getKey(), required(env, "env.", member.getKey()));
    }
    return texts;
  }

  private Map<String, List<String>> defaultArguments(JsonObject json) throws ServiceException {
    Map<String, List<String>> arguments = new LinkedHashMap<>();
    JsonObject object = object(json, "default_arguments");
    for (Map.Entry<String, @Nullable Object> member : object.members().entrySet()) {
      try {
        arguments.put(member.getKey(), ServiceRequest.values(member.getKey(), member.getValue()));
      } catch (ServiceException e) {
        throw wrong("In \"default_arguments\": " + e.getMessage());
      }
    }
    return arguments;
  }

  private JsonObject object(JsonObject json, String key) throws ServiceException {
    Object value = json.members().get(key);
    if (value == null) {
      return new JsonObject(Map.of());
    }
    if (value instanceof JsonObject object) {
      return object;
    }
    throw wrong("Expected an object in \"" + key + "\", but got another value.");
  }

  private @Nullable List<String> textsOrNull(JsonObject json, String key) throws ServiceException {
    return json.members().get(key) == null ? null : texts(json, "", key);
  }

  private List<String> texts(JsonObject json, String where, String key) throws ServiceException {
    List<String> texts = new ArrayList<>();
    if (json.members().get(key) instanceof List<?> items) {
      for (Object item : items) {
        if (item instanceof String text && text.indexOf(0) < 0) {
          texts.add(text);
        }
      }
      if (texts.size() == items.size()) {
        return texts;
      }
    }
    throw wrong("Expected a list of texts in \"" + where + key + "\", but there is none.");
  }

  private String required(JsonObject json, String where, String key) throws ServiceException {
    String text = text(json, where, key);
    if (text == null) {
      throw wrong("Expected a text in \"" + where + key + "\", but there is none.");
    }
    return text;
  }

  private @Nullable String text(JsonObject json, String where, String key) throws ServiceException {
    Object value = json.members().get(key);
    if (value == null || (value instanceof String text && text.indexOf(0) < 0)) {
      return (String) value;
    }
    throw wrong("Expected a text in \"" + where + key + "\", but got another value.");
  }

  private boolean flag(JsonObject json, String where, String key) throws ServiceException {
    Object value = json.members().get(key);
    if (value == null || value instanceof Boolean) {
      return Boolean.TRUE.equals(value);
    }
    throw wrong("Expected true or false in \"" + where + key + "\", but got another value.");
  }

  private void known(JsonObject json, String where, List<String> members) throws ServiceException {
    for (String member : json.members().keySet()) {
      if (!members.contains(member)) {
        throw wrong(
            "Expected a member that there is, but found \""
                + where
                + member
                + "\"."
                + NearestName.remedy(member, members));
      }
    }
  }

  private ServiceException wrong(String sentence) {
    return new ServiceException(name + ".json: " + sentence);
  }
}
