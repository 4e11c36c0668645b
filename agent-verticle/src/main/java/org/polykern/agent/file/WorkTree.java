package org.polykern.agent.file;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.polykern.agent.backend.KernelDirs;
import org.polykern.common.bus.FileCommand;
import org.polykern.common.problem.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One kernel's work directory, seen from outside. */
final class WorkTree {
  private static final Logger log = LoggerFactory.getLogger(WorkTree.class);
  private static final int MAX_ENTRIES = 10_000;

  private final KernelDirs dirs;
  private final int uid;
  private final int gid;
  private final boolean mayChown;

  WorkTree(KernelDirs dirs, int uid, int gid, boolean mayChown) {
    this.dirs = dirs;
    this.uid = uid;
    this.gid = gid;
    this.mayChown = mayChown;
  }

  /** Writes a file whole; parents are made; an existing file is replaced. */
  void upload(WorkPath path, byte[] content) throws IOException {
    if (path.isRoot()) {
      throw WorkPath.refused(path.shown(), "is a directory");
    }
    var fresh = dirs.staging().resolve(UUID.randomUUID().toString());
    Files.write(fresh, content, StandardOpenOption.CREATE_NEW);
    try {
      Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-r--r--"));
      own(fresh);
      try (var parent = walk(path.parents(), true)) {
        var target = parent.child(path.name());
        if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
          throw WorkPath.refused(path.shown(), "is a directory");
        }
        Files.move(
            fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  byte[] download(WorkPath path) throws IOException {
    if (path.isRoot()) {
      throw WorkPath.refused(path.shown(), "is a directory");
    }
    try (var parent = walk(path.parents(), false);
        var file = parent.pin(path.name())) {
      if (FileFacts.of(file.self()).type() != FileFacts.Type.REGULAR) {
        throw WorkPath.refused(path.shown(), "is not a regular file");
      }
      return read(file, FileCommand.LIMIT_BYTES);
    }
  }

  /** A tar archive of a file or directory; symbolic links in it stay links. */
  byte[] archive(WorkPath path) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      if (path.isRoot()) {
        try (var root = walk(List.of(), false)) {
          addChildren(tar, root, "", bytes);
        }
      } else {
        try (var parent = walk(path.parents(), false)) {
          add(tar, parent, path.name(), path.name(), bytes);
        }
      }
    }
    check(bytes.size());
    return bytes.toByteArray();
  }

  List<FileCommand.Entry> list(WorkPath path) throws IOException {
    var found = new ArrayList<FileCommand.Entry>();
    try (var dir = walk(path.parts(), false)) {
      for (var name : names(dir)) {
        try {
          found.add(FileFacts.of(dir.child(name), LinkOption.NOFOLLOW_LINKS).entry(name));
        } catch (NoSuchFileException goneMeanwhile) {
          log.trace("{} vanished while it was listed", name);
        }
      }
    }
    return found;
  }

  private OpenDir walk(List<String> parts, boolean make) throws IOException {
    var at = OpenDir.of(dirs.work());
    for (var part : parts) {
      try (var above = at) {
        if (make) {
          makeDirectory(above, part);
        }
        at = above.below(part);
      }
    }
    return at;
  }

  private void makeDirectory(OpenDir parent, String name) throws IOException {
    var path = parent.child(name);
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      Files.createDirectory(path);
    } catch (FileAlreadyExistsException madeMeanwhile) {
      return;
    }
    // Pinned before it is given away: whatever takes its name now, this is what we made or a
    // directory that the user's own code may have swapped in, which it owns anyway.
    try (var made = parent.below(name)) {
      if (mayChown && FileFacts.of(made.self()).uid() == 0) {
        own(made.self().resolve("."));
      }
    }
  }

  private void own(Path path) throws IOException {
    if (mayChown) {
      Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
    }
  }

  private void add(
      TarArchiveOutputStream tar,
      OpenDir parent,
      String name,
      String shown,
      ByteArrayOutputStream bytes)
      throws IOException {
    try (var file = parent.pin(name)) {
      var facts = FileFacts.of(file.self());
      switch (facts.type()) {
        case DIRECTORY -> {
          put(tar, new TarArchiveEntry(shown + "/"), facts, new byte[0]);
          try (var dir = parent.below(name)) {
            addChildren(tar, dir, shown + "/", bytes);
          }
        }
        case REGULAR -> {
          var content = read(file, FileCommand.LIMIT_BYTES);
          var entry = new TarArchiveEntry(shown);
          entry.setSize(content.length);
          put(tar, entry, facts, content);
        }
        case LINK -> addLink(tar, parent, name, shown);
        case FIFO, SOCKET, CHARACTER_DEVICE, BLOCK_DEVICE ->
            log.trace("{} has no content to give", shown);
      }
    }
    check(bytes.size());
  }

  private static void addLink(TarArchiveOutputStream tar, OpenDir parent, String name, String shown)
      throws IOException {
    var entry = new TarArchiveEntry(shown, TarConstants.LF_SYMLINK);
    entry.setLinkName(Files.readSymbolicLink(parent.child(name)).toString());
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }

  private void addChildren(
      TarArchiveOutputStream tar, OpenDir dir, String prefix, ByteArrayOutputStream bytes)
      throws IOException {
    for (var name : names(dir)) {
      try {
        add(tar, dir, name, prefix + name, bytes);
      } catch (NoSuchFileException goneMeanwhile) {
        log.trace("{} vanished while it was archived", name);
      }
    }
  }

  private static void put(
      TarArchiveOutputStream tar, TarArchiveEntry entry, FileFacts facts, byte[] body)
      throws IOException {
    entry.setMode(facts.permissions());
    entry.setModTime(facts.modified());
    tar.putArchiveEntry(entry);
    tar.write(body);
    tar.closeArchiveEntry();
  }

  private static List<String> names(OpenDir dir) throws IOException {
    var names = new ArrayList<String>();
    try (var entries = Files.newDirectoryStream(dir.child("."))) {
      for (var entry : entries) {
        if (names.size() >= MAX_ENTRIES) {
          break;
        }
        names.add(entry.getFileName().toString());
      }
    }
    names.sort(null);
    return names;
  }

  private static byte[] read(OpenDir file, int limit) throws IOException {
    try (var in = Files.newInputStream(file.self())) {
      var bytes = in.readNBytes(limit + 1);
      check(bytes.length);
      return bytes;
    }
  }

  private static void check(int size) {
    if (size > FileCommand.LIMIT_BYTES) {
      throw Problem.invalid(
              "files",
              "Expected at most 1 MiB in one download, but there is more; take single files, or"
                  + " use a virtual folder for large ones.")
          .toException();
    }
  }
}
