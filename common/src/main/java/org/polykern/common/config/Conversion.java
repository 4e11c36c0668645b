package org.polykern.common.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlArray;

/**
 * Turns a value of the file (String, Long, Boolean, TomlArray), or a text from the environment, the
 * command line or a fallback, into the type of a record component. Refusals are
 * IllegalArgumentExceptions whose message starts with "Expected".
 */
final class Conversion {
  private static final Pattern DURATION = Pattern.compile("(\\d+)\\s*(ms|s|m|h|d)");

  private Conversion() {}

  /** What the type is called in error messages and in the sample file. */
  static String describe(Type type) {
    if (type instanceof ParameterizedType) {
      return "a list of texts";
    }
    var raw = (Class<?>) type;
    if (raw == int.class || raw == long.class) {
      return "a whole number";
    }
    if (raw == boolean.class) {
      return "true or false";
    }
    if (raw == Duration.class) {
      return "a duration such as 500ms, 30s, 2m, 1h or 7d";
    }
    if (raw.isEnum()) {
      return "one of " + String.join(", ", constants(raw));
    }
    return raw == Path.class ? "a path" : "a text";
  }

  /** A value of the file: its TOML type must fit, numbers are not written as texts. */
  static Object fromToml(Type type, Object value) {
    if (type instanceof ParameterizedType && value instanceof TomlArray array) {
      var texts = new ArrayList<String>();
      for (var element : array.toList()) {
        if (!(element instanceof String text)) {
          throw wrongType(type, element);
        }
        texts.add(text);
      }
      return List.copyOf(texts);
    }
    var isNumber = type == int.class || type == long.class;
    var fits =
        switch (value) {
          case Long _ -> isNumber;
          case Boolean _ -> type == boolean.class;
          case String _ ->
              !isNumber && type != boolean.class && !(type instanceof ParameterizedType);
          default -> false;
        };
    if (!fits) {
      throw wrongType(type, value);
    }
    return fromText(type, value.toString());
  }

  /** A text; lists are separated by commas. */
  static Object fromText(Type type, String text) {
    if (type instanceof ParameterizedType) {
      return Arrays.stream(text.split(","))
          .map(String::strip)
          .filter(part -> !part.isEmpty())
          .toList();
    }
    var raw = (Class<?>) type;
    if (raw == String.class) {
      return text;
    }
    if (raw == Path.class) {
      return Path.of(text);
    }
    if (raw == Duration.class) {
      return duration(text);
    }
    if (raw == boolean.class) {
      return bool(text);
    }
    if (raw == int.class || raw == long.class) {
      return number(raw, text);
    }
    if (raw.isEnum()) {
      return constant(raw, text);
    }
    return wrapped(raw, text);
  }

  private static Duration duration(String text) {
    var matcher = DURATION.matcher(text.strip());
    if (!matcher.matches()) {
      throw wrongType(Duration.class, text);
    }
    var amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }

  private static boolean bool(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrongType(boolean.class, text);
    };
  }

  private static Object number(Class<?> type, String text) {
    try {
      var value = Long.parseLong(text.strip());
      return type == int.class ? (Object) Math.toIntExact(value) : (Object) value;
    } catch (NumberFormatException e) {
      throw wrongType(type, text);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "Expected a number of at most " + Integer.MAX_VALUE + ", but got " + text, e);
    }
  }

  private static Object constant(Class<?> type, String text) {
    var names = constants(type);
    var index = names.indexOf(text.strip().toLowerCase(Locale.ROOT));
    if (index < 0) {
      throw wrongType(type, text);
    }
    return type.getEnumConstants()[index];
  }

  private static List<String> constants(Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(c -> ((Enum<?>) c).name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .collect(Collectors.toList());
  }

  private static Object wrapped(Class<?> type, String text) {
    try {
      var constructor = type.getDeclaredConstructor(String.class);
      constructor.setAccessible(true);
      return constructor.newInstance(text);
    } catch (InvocationTargetException e) {
      throw refusal(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "Expected a type that @Setting allows, but got " + type.getName(), e);
    }
  }

  /** The IllegalArgumentException a constructor threw; anything else is our own fault. */
  static IllegalArgumentException refusal(InvocationTargetException e) {
    return switch (e.getCause()) {
      case IllegalArgumentException refused -> refused;
      case null, default -> throw new IllegalStateException("A configuration record failed", e);
    };
  }

  private static IllegalArgumentException wrongType(Type type, @Nullable Object value) {
    var shown = value instanceof String ? "'" + value + "'" : String.valueOf(value);
    return new IllegalArgumentException("Expected " + describe(type) + ", but got " + shown);
  }
}
