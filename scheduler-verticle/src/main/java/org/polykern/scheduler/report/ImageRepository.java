package org.polykern.scheduler.report;

import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.util.Comparator;
import java.util.List;
import org.polykern.common.db.Db;
import org.polykern.common.id.AgentId;
import org.polykern.common.image.ImageFacts;

/**
 * Images and their short names. An image is known by (name, architecture); agents that report it
 * refresh its facts. Blocks.
 */
final class ImageRepository {
  // Only images made for this purpose carry it; guessed images have the other labels filled in.
  private static final String MARK = "ai.backend.kernelspec";

  private static final String UPSERT =
      """
      insert into image as i (name, architecture, digest, size_bytes, labels)
      values ($1, $2, $3, $4, $5)
      on conflict (name, architecture) do update
      set digest = excluded.digest, size_bytes = excluded.size_bytes, labels = excluded.labels
      where (i.digest, i.size_bytes, i.labels)
        is distinct from (excluded.digest, excluded.size_bytes, excluded.labels)\
      """;

  // The first reporter wins, unless its image is on no agent any more, or was only guessed while
  // this one is marked.
  private static final String ALIAS =
      """
      insert into image_alias as a (alias, image_name) values ($1, $2)
      on conflict (alias) do update set image_name = excluded.image_name
      where a.image_name <> excluded.image_name and (
        not exists (select 1 from agent_image g where g.image_name = a.image_name)
        or ($3 and not exists (
          select 1 from image o where o.name = a.image_name and jsonb_exists(o.labels, $4))))\
      """;

  private static final String HOLD =
      """
      insert into agent_image (agent_id, image_name, architecture)
      select $1, * from unnest($2::text[], $3::text[]) on conflict do nothing\
      """;

  private static final String DROP =
      """
      delete from agent_image where agent_id = $1 and (image_name, architecture) not in (
        select * from unnest($2::text[], $3::text[]))\
      """;

  private final Db db;

  ImageRepository(Db db) {
    this.db = db;
  }

  /** The agent holds these images and no others. */
  void replace(AgentId agent, List<ImageFacts> reported) {
    // One order for all agents: two that report the same images at once do not deadlock.
    var images =
        reported.stream()
            .sorted(Comparator.comparing(ImageFacts::name).thenComparing(ImageFacts::architecture))
            .toList();
    var names = images.stream().map(ImageFacts::name).toArray(String[]::new);
    var architectures = images.stream().map(ImageFacts::architecture).toArray(String[]::new);
    db.inTransaction(tx -> {
      images.forEach(image -> tx.query(UPSERT, facts(image)));
      var held =
          Tuple.tuple()
              .addString(agent.value())
              .addArrayOfString(names)
              .addArrayOfString(architectures);
      tx.query(DROP, held);
      tx.query(HOLD, held);
      for (var image : images) {
        for (var alias : image.aliases()) {
          var marked = image.labels().containsKey(MARK);
          tx.query(ALIAS, Tuple.of(alias, image.name(), marked, MARK));
        }
      }
      return images.size();
    });
  }

  private static Tuple facts(ImageFacts image) {
    var labels = new JsonObject();
    image.labels().forEach(labels::put);
    return Tuple.of(image.name(), image.architecture(), image.digest(), image.sizeBytes(), labels);
  }
}
