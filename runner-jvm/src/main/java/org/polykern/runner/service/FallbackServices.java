package org.polykern.runner.service;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.language.LanguageFile;

/** Services that need no definition file: those of the session's language, then those of all. */
record FallbackServices(Path languages, @Nullable LanguageFile language) {
  private static final String COMMON = "common.services";

  /** The script that is the service, or null when there is none of this name. */
  @Nullable String script(String name) throws ServiceException {
    return all().get(name);
  }

  /** The names of all. */
  Set<String> names() throws ServiceException {
    return all().keySet();
  }

  private Map<String, String> all() throws ServiceException {
    try {
      Map<String, String> all =
          new LinkedHashMap<>(LanguageFile.services(languages.resolve(COMMON)));
      if (language != null) {
        all.putAll(language.services());
      }
      return all;
    } catch (IOException e) {
      throw new ServiceException("The built-in services cannot be read: " + e.getMessage());
    }
  }
}
