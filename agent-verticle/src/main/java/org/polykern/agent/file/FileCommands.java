package org.polykern.agent.file;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.polykern.agent.kernel.Kernels;
import org.polykern.common.bus.Bytes;
import org.polykern.common.bus.FileCommand;
import org.polykern.common.bus.FileCommand.DownloadArchive;
import org.polykern.common.bus.FileCommand.DownloadFile;
import org.polykern.common.bus.FileCommand.ListFiles;
import org.polykern.common.bus.FileCommand.Outcome;
import org.polykern.common.bus.FileCommand.Upload;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.problem.ProblemException;

/** Answers file commands. */
public final class FileCommands {
  private final Kernels kernels;
  private final int uid;
  private final int gid;
  private final boolean mayChown;

  /**
   * @param uid owner of what is uploaded
   * @param mayChown whether the agent is root
   */
  public FileCommands(Kernels kernels, int uid, int gid, boolean mayChown) {
    this.kernels = kernels;
    this.uid = uid;
    this.gid = gid;
    this.mayChown = mayChown;
  }

  /**
   * @throws ProblemException OBJECT_NOT_FOUND or INVALID_API_PARAMS
   */
  public Outcome handle(FileCommand command) {
    var tree = new WorkTree(kernels.get(command.kernelId()).dirs(), uid, gid, mayChown);
    return switch (command) {
      case Upload upload -> {
        if (upload.content().length() > FileCommand.LIMIT_BYTES) {
          throw Problem.invalid(
                  "files", "Expected a file of at most 1 MiB, but it has " + upload.content() + ".")
              .toException();
        }
        yield guarded(
            upload.path(),
            path -> {
              tree.upload(path, upload.content().array());
              return new Outcome.Done();
            });
      }
      case DownloadFile download ->
          guarded(download.path(), path -> new Outcome.Content(new Bytes(tree.download(path))));
      case DownloadArchive download ->
          guarded(download.path(), path -> new Outcome.Content(new Bytes(tree.archive(path))));
      case ListFiles list ->
          guarded(list.path(), path -> new Outcome.Listing(tree.list(path), path.shown()));
    };
  }

  @FunctionalInterface
  private interface Work {
    Outcome on(WorkPath path) throws IOException;
  }

  private static Outcome guarded(String text, Work work) {
    try {
      return work.on(WorkPath.parse(text));
    } catch (NoSuchFileException e) {
      throw Problem.notFound("file", "There is no '" + text + "' in the session.").toException();
    } catch (NotDirectoryException e) {
      throw WorkPath.refused(text, "goes through something that is not a directory");
    } catch (AccessDeniedException e) {
      throw WorkPath.refused(text, "may not be read by this agent");
    } catch (IOException e) {
      throw Problem.of(ProblemCode.INTERNAL, "The file '" + text + "' failed: " + e.getMessage())
          .toException();
    }
  }
}
