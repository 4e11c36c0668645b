package org.polykern.cli.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScpTargetsTest {
  private static List<String> of(String line) {
    return List.copyOf(ScpTargets.of(List.of(line.split(" ", -1))));
  }

  @Test
  void shouldFindTheSessionAsScpDoes() {
    assertThat(of("file mysess:")).containsExactly("mysess");
    assertThat(of("-r mysess:a/b .")).containsExactly("mysess");
    assertThat(of("-rl 100 work@mysess:a:b mysess:c there")).containsExactly("mysess");
    assertThat(of("-i key:file -oPort=2 one:a two:b")).containsExactly("one", "two");
    assertThat(of("./odd:name /tmp/x:y :z plain")).isEmpty();
    assertThat(of("-- -r:x here")).containsExactly("-r");
  }
}
