package org.polykern.gateway;

import java.util.LinkedHashMap;
import java.util.Map;

/** Request bodies; pairs of keys and values, nulls allowed. */
final class Bodies {
  private Bodies() {}

  static Map<String, Object> of(Object... pairs) {
    var body = new LinkedHashMap<String, Object>();
    for (var i = 0; i < pairs.length; i += 2) {
      body.put((String) pairs[i], pairs[i + 1]);
    }
    return body;
  }

  /** A session of the test image. */
  static Map<String, Object> session(String name, Object... more) {
    var body = of("name", name, "image", "python");
    body.putAll(of(more));
    return body;
  }
}
