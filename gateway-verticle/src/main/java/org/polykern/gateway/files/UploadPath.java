package org.polykern.gateway.files;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.polykern.common.problem.Problem;

/** The path at which an uploaded file is to be written, from the file name that a client sent. */
final class UploadPath {
  private static final int MAX_LENGTH = 1024;

  private UploadPath() {}

  /**
   * Percent-decoded, without leading slashes, relative to the work directory.
   *
   * @throws org.polykern.common.problem.ProblemException 400 for {@code ..} and empty paths
   */
  static String of(String fileName) {
    var path = decode(fileName);
    while (path.startsWith("/")) {
      path = path.substring(1);
    }
    if (path.isEmpty() || path.endsWith("/") || path.length() > MAX_LENGTH) {
      throw bad("Expected the name of a file, but got '" + fileName + "'.");
    }
    if (List.of(path.split("/", -1)).contains("..") || path.indexOf('\0') >= 0) {
      throw bad("Expected a path below the work directory, but got '" + fileName + "'.");
    }
    return path;
  }

  private static String decode(String fileName) {
    try {
      // Only percent signs are special in a file name; a plus is a plus.
      return URLDecoder.decode(fileName.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notEncoded) {
      return fileName;
    }
  }

  private static RuntimeException bad(String reason) {
    return Problem.invalid("src", reason).toException();
  }
}
