package org.pcapnetmap.compat.bench;

import java.util.List;

/** In what a worker on the netmap device is written. */
enum Language {
  /** The device library as it is. */
  C("C"),
  /** The ring API of Java. */
  JAVA("Java");

  private final String text;

  Language(String text) {
    this.text = text;
  }

  List<String> sender(Workbench bench) {
    return this == C
        ? List.of(bench.worker("nmd-send").toString())
        : Workbench.java(RingSender.class);
  }

  List<String> receiver(Workbench bench) {
    return this == C
        ? List.of(bench.worker("nmd-recv").toString())
        : Workbench.java(RingReceiver.class);
  }

  @Override
  public String toString() {
    return text;
  }
}
