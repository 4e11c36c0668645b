package org.polykern.runner.service;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The definition files of the image; read anew each time, for there are few and they are small. */
record DefinitionFolder(Path folder, Consumer<String> log) {
  private static final String SUFFIX = ".json";

  /** The definition of a service, or null when there is no file. */
  @Nullable ServiceDefinition find(String name) throws ServiceException {
    Path file = folder.resolve(name + SUFFIX);
    // A pipe would hold up whoever opens it.
    if (!Files.isRegularFile(file)) {
      return null;
    }
    try {
      return DefinitionReader.read(name, Files.readAllBytes(file));
    } catch (IOException e) {
      throw new ServiceException("Expected to read " + file + ", but it failed: " + e);
    }
  }

  /** All that can be read, by name; the log tells of the others. */
  List<ServiceDefinition> all() {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        names.add(name.substring(0, name.length() - SUFFIX.length()));
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (IOException e) {
      log.accept("The service definitions in " + folder + " could not be listed: " + e);
    }
    names.removeIf(name -> !ServiceRequest.isName(name));
    names.sort(null);
    List<ServiceDefinition> found = new ArrayList<>();
    for (String name : names) {
      try {
        ServiceDefinition definition = find(name);
        if (definition != null) {
          found.add(definition);
        }
      } catch (ServiceException e) {
        log.accept(e.sentence());
      }
    }
    return found;
  }
}
