package org.polykern.accel;

import java.util.List;

/**
 * One opened plug-in. See the package for threads, deadlines and what happens to a call that hangs.
 */
public interface Accelerator extends AutoCloseable {
  /**
   * The kind of device, mostly the plug-in's name; an emulator has the key of what it emulates. In
   * the same form as the name, and the same as long as the accelerator is open. All slot names
   * start with the key and a dot, all metrics with the key and an underscore. Of two accelerators
   * with one key the host keeps the one it opened first.
   */
  String key();

  /**
   * Everything that is there now. Called after opening and then every half minute or so: cheap
   * enough for that, and without side effects on running containers. A device that an answer no
   * longer lists counts as lost: what uses it keeps running, nothing new gets it.
   */
  Discovery discover() throws Exception;

  /**
   * What a container needs in order to see exactly what it was granted. Called for <em>every</em>
   * container of the host, also with an empty grant, so that devices can be hidden from those that
   * have none. Called again after a restart of the host: the same grant has the same answer.
   *
   * @throws IllegalArgumentException when the target cannot carry these devices, with a remedy; the
   *     container is then not started
   */
  ContainerArguments arguments(Grant grant, Target target) throws Exception;

  /**
   * One round of measuring, every few seconds. Containers and processes that are gone meanwhile are
   * left out of the answer, and so are metrics that a device cannot tell.
   */
  default List<Reading> measure(Census census) throws Exception {
    return List.of();
  }

  /** Lets go of libraries and handles. No call follows. */
  @Override
  default void close() {}
}
