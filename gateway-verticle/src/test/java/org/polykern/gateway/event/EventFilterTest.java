package org.polykern.gateway.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.polykern.gateway.auth.Caller;

class EventFilterTest {
  private static final UUID USER = UUID.randomUUID();
  private static final UUID SESSION = UUID.randomUUID();
  private static final UUID PROJECT = UUID.randomUUID();

  @Test
  void shouldShowUsersTheirOwnSessionsOnly() {
    assertThat(all(caller("user", USER, "default")).wants(event())).isTrue();
    assertThat(all(caller("user", UUID.randomUUID(), "default")).wants(event())).isFalse();
  }

  @Test
  void shouldShowDomainAdministratorsTheirDomainAndSuperadministratorsAll() {
    assertThat(all(caller("admin", UUID.randomUUID(), "default")).wants(event())).isTrue();
    assertThat(all(caller("admin", UUID.randomUUID(), "other")).wants(event())).isFalse();
    assertThat(all(caller("superadmin", UUID.randomUUID(), "other")).wants(event())).isTrue();
  }

  @Test
  void shouldKeepWhatWasAskedFor() {
    assertThat(asked(SESSION, null, null, null).wants(event())).isTrue();
    assertThat(asked(UUID.randomUUID(), null, null, null).wants(event())).isFalse();
    assertThat(asked(null, "mine", PROJECT, "kernel").wants(event())).isTrue();
    assertThat(asked(null, "min", null, null).wants(event())).isFalse();
    assertThat(asked(null, null, UUID.randomUUID(), null).wants(event())).isFalse();
    assertThat(asked(null, null, null, "session").wants(event())).isFalse();
  }

  private static EventFilter all(Caller caller) {
    return new EventFilter(caller, null, null, null, null, null);
  }

  private static EventFilter asked(UUID session, String name, UUID project, String scope) {
    return new EventFilter(caller("user", USER, "default"), null, session, name, project, scope);
  }

  private static Caller caller(String role, UUID user, String domain) {
    return new Caller(
        "KEY", user, "a@example.org", "a", role, false, domain, null, 1, "", List.of());
  }

  private static LoggedEvent event() {
    return new LoggedEvent(
        1,
        "kernel_started",
        SESSION,
        "mine",
        "KEY",
        USER,
        "default",
        PROJECT,
        UUID.randomUUID(),
        "main",
        1,
        "",
        null);
  }
}
