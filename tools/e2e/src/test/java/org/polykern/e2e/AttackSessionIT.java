package org.polykern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.polykern.e2e.AttackSession.Ran;
import org.polykern.e2e.Product.Backend;

/**
 * jail-native's attacks where they would be made: inside sessions, against the real helper and the
 * real runner. Each runs in the session in which the ones before it ran, so a runner that was
 * harmed fails the rest.
 */
@ExtendWith(SharedProduct.class)
class AttackSessionIT {
  private static final Ran ANSWER = new Ran(0, "42\n", "");

  @TempDir Path directory;

  @TestFactory
  Stream<DynamicTest> shouldWithstandOnTheProcessBackend(Product product) throws IOException {
    Assumptions.assumeTrue(HostLanguage.isInstalled("c"), "there is no C compiler");
    AttackSession session = new AttackSession(product, "attack-process", "python");
    session.compile();
    return attacks(
        session,
        Backend.PROCESS,
        () -> assertThat(session.query("print(6 * 7)")).isEqualTo(ANSWER));
  }

  @TestFactory
  Stream<DynamicTest> shouldWithstandOnTheDockerBackend(@OnDocker Product product)
      throws IOException {
    AttackSession session = new AttackSession(product, "attack-docker", imageWithCompiler());
    session.compile();
    String answer = Map.copyOf(LanguageCase.all()).get("c").text("query");
    return attacks(
        session, Backend.DOCKER, () -> assertThat(session.query(answer).out()).isEqualTo("42\n"));
  }

  private Stream<DynamicTest> attacks(
      AttackSession session, Backend backend, org.junit.jupiter.api.function.Executable answers)
      throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (AttackRow attack : AttackRow.all(backend)) {
      tests.add(
          DynamicTest.dynamicTest(
              attack.toString(),
              () -> {
                Assumptions.assumeFalse(attack.isOpen(), attack.expected());
                Ran ran = session.attack(attack);
                assertThat(ran.said()).as(ran.err()).isEqualTo(attack.expected());
              }));
    }
    tests.add(DynamicTest.dynamicTest("the session answers", answers));
    return tests.stream().onClose(session::close);
  }

  /** From a snippet of an interpreter, whose helper lives as long as the session. */
  @Test
  void shouldWithstandAnInterpreter(@OnDocker Product product) throws IOException {
    Path programs = directory.resolve("programs.tar");
    try (AttackSession compiler =
        new AttackSession(product, "attack-compiler", imageWithCompiler())) {
      compiler.compile();
      Ran packed =
          compiler.execute("tar cf programs.tar --exclude='*.c' --exclude='*.h' a[0-9]* call");
      assertThat(packed.exitCode()).as(packed.err()).isZero();
      compiler.download("programs.tar", programs);
    }
    try (AttackSession session =
        new AttackSession(product, "attack-python", Repository.recipe("python", "image"))) {
      session.upload(programs, "programs.tar");
      assertThat(
              session.query(
                  "import subprocess, tarfile; tarfile.open('programs.tar').extractall()"))
          .isEqualTo(new Ran(0, "", ""));
      for (AttackRow attack : AttackRow.all(Backend.DOCKER)) {
        if (!attack.isOpen() && attack.number().matches("A(1|14|1[6-9]|2[01]|4[45])")) {
          Ran ran =
              session.query(
                  "print(subprocess.run('./%s'.split(), capture_output=True, text=True).stdout)"
                      .formatted(attack.command()));
          assertThat(ran.out().strip())
              .as("%s: %s", attack, ran.err())
              .isEqualTo(attack.expected());
        }
      }
      session.query("import os; os.kill(-1, 9)");
      assertThat(session.query("print(6 * 7)")).isEqualTo(ANSWER);
    }
  }

  private static String imageWithCompiler() throws IOException {
    String image = Repository.recipe("c", "image");
    Assumptions.assumeTrue(DockerEngine.hasImage(image), "there is no " + image);
    return image;
  }
}
