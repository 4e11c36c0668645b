package org.polykern.gateway.create;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.polykern.common.problem.Problem;
import org.polykern.gateway.http.Parameters;
import org.polykern.gateway.session.SessionName;

/**
 * What a client asks for, in one spelling. Empty lists and maps mean absent.
 *
 * @param architecture null: whichever the image has
 * @param domain null: the owner's
 * @param startsAt as written
 * @param bootstrapScript null: the key pair's
 */
record CreateRequest(
    String name,
    String image,
    @Nullable String architecture,
    String type,
    String group,
    @Nullable String domain,
    int clusterSize,
    String clusterMode,
    SessionConfig config,
    @Nullable String tag,
    boolean enqueueOnly,
    int maxWaitSeconds,
    @Nullable String startsAt,
    boolean reuseIfExists,
    @Nullable String startupCommand,
    @Nullable String bootstrapScript,
    List<String> dependencies,
    @Nullable String callbackUrl,
    int priority) {
  private static final int MAX_CLUSTER = 1000;
  private static final int MAX_SECONDS = 30 * 24 * 3600;

  CreateRequest {
    dependencies = List.copyOf(dependencies);
  }

  boolean isBatch() {
    return type.equals("batch");
  }

  /** Throws 400 naming the key. */
  static CreateRequest of(Parameters p) {
    var name = SessionName.require(p.requiredText("name", "clientSessionToken", "session_name"));
    var config = p.object("config");
    var perSession = config == null ? 1 : clusterSize(config, 1);
    return new CreateRequest(
        name,
        p.requiredText("image", "lang"),
        architecture(p.text("architecture", "arch")),
        type(p),
        orElse(p.text("group", "groupName", "group_name"), "default"),
        p.text("domain", "domainName", "domain_name"),
        clusterSize(p, perSession),
        clusterMode(p),
        config == null ? SessionConfig.EMPTY : SessionConfig.of(config),
        p.text("tag"),
        p.flag(false, "enqueueOnly", "enqueue_only"),
        p.integer(0, 0, MAX_SECONDS, "maxWaitSeconds", "max_wait_seconds"),
        p.text("starts_at", "startsAt"),
        p.flag(true, "reuseIfExists", "reuse"),
        p.text("startupCommand", "startup_command"),
        p.text("bootstrap_script", "bootstrapScript"),
        p.texts("dependencies"),
        callbackUrl(p),
        p.integer(10, 0, 100, "priority"));
  }

  private static int clusterSize(Parameters p, int fallback) {
    return p.integer(fallback, 1, MAX_CLUSTER, "cluster_size", "clusterSize");
  }

  private static @Nullable String architecture(@Nullable String text) {
    if (text == null) {
      return null;
    }
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "amd64", "x86-64", "x86_64" -> "x86_64";
      case "arm64", "aarch64" -> "aarch64";
      default -> text;
    };
  }

  private static String type(Parameters p) {
    var type = orElse(p.text("type", "sessionType"), "interactive").toLowerCase(Locale.ROOT);
    if (!type.equals("interactive") && !type.equals("batch")) {
      throw p.invalid(
          "type", "Expected the session type interactive or batch, but got '" + type + "'.");
    }
    return type;
  }

  private static String clusterMode(Parameters p) {
    var mode =
        orElse(p.text("cluster_mode", "clusterMode"), "single-node").toLowerCase(Locale.ROOT);
    return switch (mode) {
      case "single-node", "single_node" -> "single-node";
      case "multi-node", "multi_node" -> "multi-node";
      default ->
          throw p.invalid(
              "cluster_mode", "Expected single-node or multi-node, but got '" + mode + "'.");
    };
  }

  private static @Nullable String callbackUrl(Parameters p) {
    var url = p.text("callback_url", "callbackUrl", "callbackURL");
    if (url == null || url.isEmpty()) {
      return null;
    }
    var lower = url.toLowerCase(Locale.ROOT);
    if (!lower.startsWith("http://") && !lower.startsWith("https://")) {
      throw new Problem(
              org.polykern.common.problem.ProblemCode.INVALID_API_PARAMS,
              null,
              "Expected an http or https URL as callback_url.",
              Map.of("callback_url", url))
          .toException();
    }
    return url;
  }

  private static String orElse(@Nullable String value, String fallback) {
    return value == null || value.isEmpty() ? fallback : value;
  }
}
