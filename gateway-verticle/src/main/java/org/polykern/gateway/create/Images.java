package org.polykern.gateway.create;

import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.polykern.common.db.Db;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;

/** Finds the image that a reference means. */
final class Images {
  private static final int MAX_REFERENCE = 512;
  private static final int SUGGESTIONS = 3;

  // Steps: canonical name, alias, canonical name without its tag, repository:tag without what comes
  // before, the same without tag. Only matches of the first step that has any count.
  private static final String RESOLVE =
      """
      with candidate as (
        select i.name, i.architecture, i.labels,
          case
            when i.name = $1 then 1
            when i.name = (select image_name from image_alias where alias = $1) then 2
            when i.name = $1 || ':latest' then 3
            when right(i.name, length($1) + 1) = '/' || $1 then 4
            when right(i.name, length($1) + 8) = '/' || $1 || ':latest' then 5
          end as step
        from image i)
      select name, architecture, labels from candidate
      where step = (select min(step) from candidate) order by name, architecture\
      """;

  private static final String NAMES = "select name from image union select alias from image_alias";

  private final Db db;

  Images(Db db) {
    this.db = db;
  }

  /**
   * @param architecture null: the image's own when it has one only, else x86_64
   * @throws org.polykern.common.problem.ProblemException 404 naming near names or architectures
   */
  Image resolve(String reference, @Nullable String architecture) {
    if (reference.length() > MAX_REFERENCE || reference.contains("://")) {
      throw Problem.invalid(
              "image", "Expected an image reference such as python:3.11, without a URL scheme.")
          .toException();
    }
    var found = find(reference);
    if (found.isEmpty()) {
      throw unknown(reference);
    }
    var names = found.stream().map(Image::name).distinct().toList();
    if (names.size() > 1) {
      throw new Problem(
              ProblemCode.INVALID_API_PARAMS,
              null,
              "'" + reference + "' means several images: " + String.join(", ", names) + ".",
              Map.of("image", "ambiguous", "matches", names))
          .toException();
    }
    var wanted = architecture == null && found.size() > 1 ? "x86_64" : architecture;
    return found.stream()
        .filter(image -> wanted == null || image.architecture().equals(wanted))
        .findFirst()
        .orElseThrow(() -> wrongArchitecture(found, String.valueOf(wanted)));
  }

  private List<Image> find(String reference) {
    var found = new ArrayList<Image>();
    for (var row : db.query(RESOLVE, Tuple.of(reference))) {
      found.add(
          new Image(
              row.getString("name"),
              row.getString("architecture"),
              labels(row.getJsonObject("labels"))));
    }
    return found;
  }

  private static Map<String, String> labels(JsonObject json) {
    var labels = new HashMap<String, String>();
    json.forEach(entry -> labels.put(entry.getKey(), String.valueOf(entry.getValue())));
    return labels;
  }

  private RuntimeException unknown(String reference) {
    var names = new ArrayList<String>();
    for (var row : db.query(NAMES, Tuple.tuple())) {
      names.add(row.getString(0));
    }
    var near = EditDistance.nearest(reference, names, SUGGESTIONS);
    var hint =
        names.isEmpty()
            ? " No agent has reported any image yet."
            : near.isEmpty() ? "" : " Did you mean " + String.join(" or ", near) + "?";
    return new Problem(
            ProblemCode.OBJECT_NOT_FOUND,
            "No such environment image.",
            "unknown alias or disallowed registry: '" + reference + "'." + hint,
            Map.of("image", reference, "near", near))
        .toException();
  }

  private static RuntimeException wrongArchitecture(List<Image> found, String wanted) {
    var existing = found.stream().map(Image::architecture).toList();
    return new Problem(
            ProblemCode.OBJECT_NOT_FOUND,
            "No such environment image.",
            found.getFirst().name()
                + " exists for "
                + String.join(", ", existing)
                + ", but not for "
                + wanted
                + ".",
            Map.of("image", found.getFirst().name(), "architectures", existing))
        .toException();
  }
}
