package org.polykern.common.bus;

import java.util.List;
import org.polykern.common.id.KernelId;

/**
 * Small files in a session's work directory. The client API bounds each at 1 MiB, which is why they
 * may ride on the bus; anything longer needs the tunnel. Paths are relative to /home/work (absolute
 * ones must lie below it) and never leave it, symbolic links included: a Problem INVALID_API_PARAMS
 * otherwise.
 */
public sealed interface FileCommand {
  KernelId kernelId();

  /** The API's limit for one file and for one archive, in bytes. */
  int LIMIT_BYTES = 1 << 20;

  /** Writes one file; parents are made. Answered by {@link Outcome.Done}. */
  record Upload(KernelId kernelId, String path, Bytes content) implements FileCommand {}

  /** One file or directory as a tar archive; answered by {@link Outcome.Content}. */
  record DownloadArchive(KernelId kernelId, String path) implements FileCommand {}

  /** One file, raw; answered by {@link Outcome.Content}. */
  record DownloadFile(KernelId kernelId, String path) implements FileCommand {}

  /** A directory's entries; answered by {@link Outcome.Listing}. */
  record ListFiles(KernelId kernelId, String path) implements FileCommand {}

  /**
   * @param mode like {@code -rw-r--r--}
   * @param mtime seconds since 1970, as are ctime and atime
   */
  record Entry(String filename, String mode, long size, double ctime, double mtime, double atime) {}

  sealed interface Outcome {
    record Done() implements Outcome {}

    record Content(Bytes bytes) implements Outcome {}

    /** {@code absolutePath} as the user sees it, below /home/work. */
    record Listing(List<Entry> entries, String absolutePath) implements Outcome {
      public Listing {
        entries = List.copyOf(entries);
      }
    }
  }
}
