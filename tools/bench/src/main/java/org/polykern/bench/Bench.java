package org.polykern.bench;

import java.util.List;

/** One subject and its yardstick. */
interface Bench {
  /** As typed on the command line. */
  String name();

  /** One line for {@code --list}. */
  String about();

  /** Runs and returns its figures. Throws when it cannot measure, with the reason. */
  List<Figure> run(Bed bed) throws Exception;
}
