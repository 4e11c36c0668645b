package org.polykern.runner;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.polykern.runner.json.JsonText;
import org.polykern.runner.link.AgentLink;
import org.polykern.runner.link.MessageType;
import org.polykern.runner.loop.EventLoop;
import org.polykern.runner.spawn.Refusals;

/** Tells the agent what the jail has refused, not too often. Loop thread only. */
final class RefusalReport {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final AgentLink link;
  private final EventLoop loop;
  private final Refusals refusals;
  private EventLoop.@Nullable Timer pause;
  private boolean untold;

  RefusalReport(AgentLink link, EventLoop loop, Refusals refusals) {
    this.link = link;
    this.loop = loop;
    this.refusals = refusals;
    refusals.onChange(this::changed);
  }

  /** The agent may be another one, which was told nothing so far. */
  void hello() {
    untold = !refusals.totals().isEmpty();
    tell();
  }

  /** Tells what changed since the last time, however short ago that was. */
  void tell() {
    if (untold && link.framed()) {
      untold = false;
      link.control(
          MessageType.REFUSALS,
          "{}",
          JsonText.of(Map.of("calls", refusals.totals())).getBytes(StandardCharsets.UTF_8));
    }
  }

  private void changed() {
    untold = true;
    if (pause == null) {
      tell();
      pause = loop.after(PAUSE, this::pauseEnds);
    }
  }

  private void pauseEnds() {
    pause = null;
    if (untold) {
      changed();
    }
  }
}
