package org.polykern.gateway.files;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.polykern.common.bus.Bytes;
import org.polykern.common.bus.FileCommand;
import org.polykern.common.bus.FileCommand.Outcome;
import org.polykern.common.id.KernelId;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.problem.ProblemException;
import org.polykern.gateway.auth.Owners;
import org.polykern.gateway.http.Access;
import org.polykern.gateway.http.Answer;
import org.polykern.gateway.http.Call;
import org.polykern.gateway.http.Endpoint;
import org.polykern.gateway.http.Json;
import org.polykern.gateway.http.UploadedFile;
import org.polykern.gateway.run.KernelCalls;

/** Small files into and out of a session. */
public final class FileRoutes {
  private static final String NO_SUCH_FILE = "No such file.";
  private static final int MAX_UPLOADS = 20;
  private static final int MAX_DOWNLOADS = 5;

  private final Owners owners;
  private final KernelCalls calls;

  public FileRoutes(Owners owners, KernelCalls calls) {
    this.owners = owners;
    this.calls = calls;
  }

  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.sessionUpload("/:session/upload", Access.USER, this::upload),
        Endpoint.session(HttpMethod.GET, "/:session/download", Access.USER, this::download),
        Endpoint.session(HttpMethod.POST, "/:session/download", Access.USER, this::download),
        Endpoint.session(
            HttpMethod.GET, "/:session/download_single", Access.USER, this::downloadSingle),
        Endpoint.session(
            HttpMethod.POST, "/:session/download_single", Access.USER, this::downloadSingle),
        Endpoint.session(HttpMethod.GET, "/:session/files", Access.USER, this::list));
  }

  /** All files are checked before the first is written. */
  private Answer upload(Call call) throws InterruptedException {
    var files = call.files();
    if (files.isEmpty()) {
      throw Problem.invalid("src", "Expected at least one file part named src.").toException();
    }
    if (files.size() > MAX_UPLOADS) {
      throw Problem.invalid("src", "Expected at most " + MAX_UPLOADS + " files in one request.")
          .toException();
    }
    var byPath = new LinkedHashMap<String, UploadedFile>();
    for (var file : files) {
      if (file.size() >= FileCommand.LIMIT_BYTES) {
        throw Problem.invalid(
                "src",
                "Expected files of less than 1 MiB, but '"
                    + file.fileName()
                    + "' has "
                    + file.size()
                    + " bytes.")
            .toException();
      }
      byPath.put(UploadPath.of(file.fileName()), file);
    }
    for (var entry : byPath.entrySet()) {
      var content = new Bytes(entry.getValue().content().getBytes());
      ask(call, kernel -> new FileCommand.Upload(kernel, entry.getKey(), content));
    }
    return Answer.noContent();
  }

  private Answer download(Call call) throws InterruptedException {
    var paths = call.parameters().texts("files");
    if (paths.isEmpty() || paths.size() > MAX_DOWNLOADS) {
      throw Problem.invalid(
              "files", "Expected 1 to " + MAX_DOWNLOADS + " files, but got " + paths.size() + ".")
          .toException();
    }
    var parts = new MultipartMixed();
    for (var path : paths) {
      parts.add(path, content(ask(call, k -> new FileCommand.DownloadArchive(k, path))));
    }
    return Answer.bytes(parts.contentType(), parts.finish());
  }

  private Answer downloadSingle(Call call) throws InterruptedException {
    var path = call.parameters().requiredText("file");
    var content = content(ask(call, kernel -> new FileCommand.DownloadFile(kernel, path)));
    return Answer.bytes("application/octet-stream", Buffer.buffer(content));
  }

  private Answer list(Call call) throws InterruptedException {
    var path = call.parameters().textOr("path", ".");
    var outcome = ask(call, kernel -> new FileCommand.ListFiles(kernel, path));
    if (!(outcome instanceof Outcome.Listing listing)) {
      throw unexpected(outcome);
    }
    var entries =
        listing.entries().stream()
            .map(entry -> {
              var shown = new LinkedHashMap<String, Object>();
              shown.put("mode", entry.mode());
              shown.put("size", entry.size());
              shown.put("ctime", entry.ctime());
              shown.put("mtime", entry.mtime());
              shown.put("atime", entry.atime());
              shown.put("filename", entry.filename());
              return shown;
            })
            .toList();
    // Clients parse the listing out of a text.
    return Answer.ok(
        Map.of("files", Json.text(entries), "errors", "", "abspath", listing.absolutePath()));
  }

  private Outcome ask(Call call, Function<KernelId, FileCommand> command)
      throws InterruptedException {
    var owner = owners.effective(call.caller(), call.parameters().text("owner_access_key"));
    try {
      return calls.files(
          owner.accessKey(), call.segment("session"), target -> command.apply(target.kernel()));
    } catch (ProblemException e) {
      throw e.problem().shownTitle().equals(NO_SUCH_FILE) ? missing(e.problem()) : e;
    }
  }

  /** Clients of this API expect a missing file to be a bad parameter. */
  private static ProblemException missing(Problem problem) {
    return Problem.invalid("file", problem.message()).toException();
  }

  private static byte[] content(Outcome outcome) {
    if (outcome instanceof Outcome.Content content) {
      return content.bytes().array();
    }
    throw unexpected(outcome);
  }

  private static RuntimeException unexpected(Outcome outcome) {
    return Problem.of(
            ProblemCode.INTERNAL,
            "The agent gave an answer of another kind: " + outcome.getClass().getSimpleName())
        .toException();
  }
}
