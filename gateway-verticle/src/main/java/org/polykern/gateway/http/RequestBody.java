package org.polykern.gateway.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerFileUpload;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;

/**
 * A complete body, in memory. Beyond its limit a body is read on but not kept, so that the client
 * gets to see the answer; far beyond it the connection is closed.
 *
 * @param bytes empty for a multipart body
 */
record RequestBody(Buffer bytes, List<UploadedFile> files) {
  /** Of one uploaded file; the API wants less than 1 MiB. One byte more tells "too large". */
  static final int FILE_LIMIT = 1 << 20;

  private static final int MAX_FILES_KEPT = 21;
  private static final int HOPELESS = 8;

  RequestBody {
    files = List.copyOf(files);
  }

  /** To be called on the request's event loop before anything waits. Fails with a Problem. */
  static Future<RequestBody> read(HttpServerRequest request, BodyKind kind, long limit) {
    return switch (kind) {
      case BYTES -> readBytes(request, limit);
      case FILES -> readFiles(request, limit);
      case NONE -> {
        request.pause();
        yield Future.succeededFuture(new RequestBody(Buffer.buffer(), List.of()));
      }
    };
  }

  private static Future<RequestBody> readBytes(HttpServerRequest request, long limit) {
    Promise<RequestBody> done = Promise.promise();
    var kept = Buffer.buffer();
    var total = new long[1];
    request.exceptionHandler(failure -> done.tryFail(brokenOff(failure)));
    request.handler(piece -> {
      total[0] += piece.length();
      if (total[0] <= limit) {
        kept.appendBuffer(piece);
      } else if (total[0] > HOPELESS * limit) {
        request.connection().close();
      }
    });
    request.endHandler(end -> {
      if (total[0] > limit) {
        done.tryFail(tooLarge(limit));
      } else {
        done.tryComplete(new RequestBody(kept, List.of()));
      }
    });
    return done.future();
  }

  private static Future<RequestBody> readFiles(HttpServerRequest request, long limit) {
    var type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    if (type == null || !type.toLowerCase(Locale.ROOT).startsWith("multipart/form-data")) {
      return Future.failedFuture(
          Problem.of(
                  ProblemCode.INVALID_API_PARAMS,
                  "Expected a multipart/form-data body, but got " + type + ".")
              .toException());
    }
    Promise<RequestBody> done = Promise.promise();
    var files = new ArrayList<UploadedFile>();
    request.exceptionHandler(failure -> done.tryFail(brokenOff(failure)));
    request.setExpectMultipart(true);
    request.uploadHandler(upload -> keep(request, upload, files, limit));
    request.endHandler(end -> done.tryComplete(new RequestBody(Buffer.buffer(), files)));
    return done.future();
  }

  private static void keep(
      HttpServerRequest request,
      HttpServerFileUpload upload,
      List<UploadedFile> files,
      long limit) {
    var content = Buffer.buffer();
    var size = new long[1];
    upload.handler(piece -> {
      size[0] += piece.length();
      if (size[0] <= FILE_LIMIT && files.size() < MAX_FILES_KEPT) {
        content.appendBuffer(piece);
      }
      if (request.bytesRead() > HOPELESS * limit) {
        request.connection().close();
      }
    });
    upload.endHandler(end -> {
      if (files.size() < MAX_FILES_KEPT) {
        files.add(new UploadedFile(upload.name(), upload.filename(), size[0], content));
      }
    });
  }

  private static RuntimeException tooLarge(long limit) {
    return Problem.of(ProblemCode.BAD_REQUEST, "Expected a body of at most " + limit + " bytes.")
        .toException();
  }

  private static RuntimeException brokenOff(Throwable cause) {
    return Problem.of(
            ProblemCode.INVALID_API_PARAMS, "Malformed request body: " + cause.getMessage())
        .toException();
  }
}
