import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/**
 * Rewrites a jar's classes of a format older than Java 6 to Java 8's, with the stack maps that it asks
 * for. The JVM's AOT cache holds no older classes, and picocli, which is compiled for Java 5, makes up
 * more than half of what the command line loads: measured, 70 ms of 190 for {@code --help}. Run by the
 * build: {@code java ModernClasses.java JAR...}; a jar without old classes stays as it is.
 */
final class ModernClasses {
  private static final int OLDEST_CACHEABLE = ClassFile.JAVA_6_VERSION;

  private ModernClasses() {}

  public static void main(String[] jars) throws IOException {
    for (String jar : jars) {
      modernise(Path.of(jar));
    }
  }

  private static void modernise(Path jar) throws IOException {
    Path next = jar.resolveSibling(jar.getFileName() + ".new");
    Files.copy(jar, next, StandardCopyOption.REPLACE_EXISTING);
    try (URLClassLoader loader = new URLClassLoader(new java.net.URL[] {jar.toUri().toURL()});
        FileSystem zip = FileSystems.newFileSystem(URI.create("jar:" + next.toUri()), Map.of())) {
      ClassFile files =
          ClassFile.of(
              StackMapsOption.STACK_MAPS_WHEN_REQUIRED,
              ClassHierarchyResolverOption.of(
                  ClassHierarchyResolver.ofResourceParsing(loader)
                      .orElse(ClassHierarchyResolver.defaultResolver())));
      for (Path file : classes(zip)) {
        ClassModel model = files.parse(Files.readAllBytes(file));
        if (model.majorVersion() < OLDEST_CACHEABLE) {
          Files.write(file, files.transformClass(model, toJava8()));
        }
      }
    }
    Files.move(next, jar, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static ClassTransform toJava8() {
    ClassTransform version =
        (builder, element) -> {
          if (element instanceof ClassFileVersion) {
            builder.withVersion(ClassFile.JAVA_8_VERSION, 0);
          } else {
            builder.with(element);
          }
        };
    // Method bodies that pass through a transform are written anew, and get their stack maps.
    return ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL).andThen(version);
  }

  private static List<Path> classes(FileSystem zip) {
    try (var files = Files.walk(zip.getPath("/"))) {
      return files.filter(file -> file.toString().endsWith(".class")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
