package org.polykern.common.bus;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.polykern.common.problem.Problem;

/**
 * Every record that may ride on the bus, by name, found by walking the sealed conversations. The
 * name on the wire is the class name below this package, so that moving a record is a visible
 * change of the contract.
 */
final class MessageCatalogue {
  private static final List<Class<?>> ROOTS =
      List.of(
          KernelCommand.class,
          KernelCommand.Outcome.class,
          RunCommand.class,
          RunCommand.Outcome.class,
          FileCommand.class,
          FileCommand.Outcome.class,
          StreamCommand.class,
          StreamCommand.Outcome.class,
          ProxyCommand.class,
          ProxyCommand.Outcome.class,
          AgentReport.class,
          AgentReport.Reply.class,
          SessionEvent.class,
          SchedulerWake.class,
          TaskMoved.class,
          Problem.class);

  private final Map<String, Class<?>> byName = new HashMap<>();
  private final Map<Class<?>, String> byType = new HashMap<>();

  MessageCatalogue() {
    ROOTS.forEach(this::add);
  }

  /** Null when no such message exists. */
  @Nullable Class<?> type(String name) {
    return byName.get(name);
  }

  /** Null when the class is not a message. */
  @Nullable String name(Class<?> type) {
    return byType.get(type);
  }

  Iterable<Class<?>> types() {
    return byType.keySet();
  }

  private void add(Class<?> type) {
    if (type.isSealed()) {
      for (var permitted : type.getPermittedSubclasses()) {
        add(permitted);
      }
      return;
    }
    var name = type.getName().substring(type.getPackageName().length() + 1).replace('$', '.');
    byName.put(name, type);
    byType.put(type, name);
  }
}
