package org.pcapnetmap.compat.bench;

import java.util.Iterator;
import java.util.List;

/** The options of a worker in Java, the same letters as those of the workers in C. */
final class WorkerOptions {
  String port = "vale0:a";
  int size = 60;
  int slots = 1024;
  int batch;
  double seconds = 1;
  double warmUp = 0.2;
  boolean broadcast;

  private WorkerOptions(int batch) {
    this.batch = batch;
  }

  static WorkerOptions parse(int batch, String... arguments) {
    WorkerOptions options = new WorkerOptions(batch);
    Iterator<String> words = List.of(arguments).iterator();
    while (words.hasNext()) {
      options.take(words.next(), words);
    }
    return options;
  }

  private void take(String letter, Iterator<String> words) {
    switch (letter) {
      case "-p" -> port = words.next();
      case "-l" -> size = Integer.parseInt(words.next());
      case "-n" -> slots = Integer.parseInt(words.next());
      case "-b" -> batch = Integer.parseInt(words.next());
      case "-s" -> seconds = Double.parseDouble(words.next());
      case "-w" -> warmUp = Double.parseDouble(words.next());
      case "-B" -> broadcast = true;
      default -> throw new IllegalArgumentException(letter + ": no such option");
    }
  }
}
