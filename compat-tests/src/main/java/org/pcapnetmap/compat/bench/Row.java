package org.pcapnetmap.compat.bench;

import java.util.List;

/**
 * A contestant and what is asked of it.
 *
 * @param contestant who runs
 * @param goals none for peers and limits
 */
record Row(Contestant contestant, List<Goal> goals) {
  Row(Contestant contestant, Goal... goals) {
    this(contestant, List.of(goals));
  }

  String name() {
    return contestant.name();
  }
}
