package org.polykern.common.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * One key of a configuration record. The key is the component's name in kebab-case; the types are
 * String, int, long, boolean, Path, Duration ({@code 30s}, {@code 2m}), enums, lists of String, and
 * records with one String component. Compact constructors validate; their IllegalArgumentException
 * is reported with file, line and key.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {
  /** Used when the key is missing, in the spelling of the file; {@link #REQUIRED} means none. */
  String fallback();

  /** One line for the sample file. */
  String about();

  /** No fallback: the key must be given (by file, environment, or the launcher). */
  String REQUIRED = "\0required";
}
