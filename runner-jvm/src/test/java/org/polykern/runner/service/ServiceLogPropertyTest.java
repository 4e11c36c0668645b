package org.polykern.runner.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ServiceLogPropertyTest {
  @Property(tries = 200)
  void shouldKeepTheEnd(@ForAll @Size(max = 8) List<@IntRange(max = 90_000) Integer> sizes) {
    ServiceLog log = new ServiceLog();
    StringBuilder all = new StringBuilder();
    for (int size : sizes) {
      StringBuilder piece = new StringBuilder();
      for (int i = 0; i < size; i++) {
        piece.append((char) ('a' + (all.length() + i) % 26));
      }
      all.append(piece);
      log.add(ByteBuffer.wrap(piece.toString().getBytes(StandardCharsets.UTF_8)));
    }
    String expected = all.substring(Math.max(0, all.length() - ServiceLog.LIMIT_BYTES));
    assertThat(log.text().equals(expected)).isTrue();
    assertThat(log.last(100)).isEqualTo(all.substring(Math.max(0, all.length() - 100)));
  }

  @Example
  void shouldBeginWithAWholeCharacter() {
    ServiceLog log = new ServiceLog();
    for (int i = 0; i < 30_000; i++) {
      log.line("é");
    }
    assertThat(log.text()).doesNotContain("\uFFFD").hasSizeGreaterThan(40_000);
    assertThat(log.last(5)).isEqualTo("\né\n");
  }
}
