package org.pcapnetmap.compat.counts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pcapnetmap.compat.counts.Worker.Language;

/**
 * Java and C processes on one switch, at full speed: every frame arrives unchanged and in its
 * sender's order, or is counted as dropped or filtered; all sums agree to the last frame.
 */
@Timeout(180)
final class ExactCountsTest {
  private static final int ONE_BY_ONE = 0;
  private static final int ALWAYS_ALL = 1;
  private static final int SOMETIMES_ALL = 2;
  private static final long MANY = 3_000_000;
  private static final long SOME = 1_000_000;

  private final String network = "vale" + ProcessHandle.current().pid() + "e";
  private final List<Worker> senders = new ArrayList<>();
  private final List<Worker> receivers = new ArrayList<>();

  @BeforeAll
  static void buildWorker() throws Exception {
    Worker.build();
  }

  @AfterEach
  void endAll() {
    senders.forEach(Worker::close);
    receivers.forEach(Worker::close);
  }

  @Test
  void javaToC() throws Exception {
    play(ONE_BY_ONE, MANY, List.of(Language.JAVA), List.of(Language.C), "raw");
  }

  @Test
  void cToJava() throws Exception {
    play(ONE_BY_ONE, MANY, List.of(Language.C), List.of(Language.JAVA), "capture");
  }

  @Test
  void severalToSeveralMixed() throws Exception {
    List<Language> both = List.of(Language.JAVA, Language.C);
    play(SOMETIMES_ALL, SOME, both, both, "raw");
  }

  @Test
  void severalToSeveralFiltered() throws Exception {
    List<Language> both = List.of(Language.JAVA, Language.C);
    play(SOMETIMES_ALL, SOME, both, both, "filter");
  }

  @Test
  void oneToSeveralFlooded() throws Exception {
    List<Language> three = List.of(Language.JAVA, Language.C, Language.JAVA);
    play(ALWAYS_ALL, SOME, List.of(Language.C), three, "capture");
  }

  @Test
  void severalToOne() throws Exception {
    List<Language> three = List.of(Language.C, Language.JAVA, Language.C);
    play(ONE_BY_ONE, SOME, three, List.of(Language.JAVA), "raw");
  }

  private void play(
      int pattern, long frames, List<Language> from, List<Language> to, String receiving)
      throws Exception {
    for (Language language : from) {
      int number = senders.size();
      String port = network + ":s" + number;
      senders.add(Worker.start(language, "send", port, number, to.size(), frames, pattern));
    }
    for (Language language : to) {
      int number = receivers.size();
      String port = network + ":r" + number;
      receivers.add(Worker.start(language, "receive", port, number, receiving));
    }
    passAll(receivers, "taught");
    passAll(receivers, "receiving");
    passAll(senders, "done");
    check(pattern, frames, receiving.equals("filter"));
  }

  private static void passAll(List<Worker> workers, String until) throws Exception {
    for (Worker worker : workers) {
      worker.go();
    }
    for (Worker worker : workers) {
      worker.await(until);
    }
  }

  private void check(int pattern, long frames, boolean filtering) throws Exception {
    List<Map<String, Long>> received = new ArrayList<>();
    for (Worker receiver : receivers) {
      received.add(receiver.end());
    }
    List<Map<String, Long>> all = new ArrayList<>(received);
    for (Worker sender : senders) {
      Map<String, Long> counts = sender.end();
      assertEquals(frames, counts.get("sent"));
      all.add(counts);
    }
    received.forEach(counts -> checkReceiver(counts, filtering));
    assertEquals(expectedOffers(pattern, frames), sum(all, "offered"));
    assertEquals(
        sum(all, "offered"), sum(all, "accepted") + sum(all, "dropped") + sum(all, "filtered"));
  }

  private static void checkReceiver(Map<String, Long> counts, boolean filtering) {
    long published = counts.get("published");
    assertEquals(published, counts.get("consumed") + counts.get("unread"));
    assertEquals(0, counts.get("unread"));
    assertEquals(0, counts.get("abandoned"));
    assertEquals(counts.get("accepted"), published);
    assertTrue(counts.get("frames") > 0 && counts.get("frames") <= published, counts::toString);
    assertEquals(filtering, counts.get("filtered") > 0, counts::toString);
    if (!filtering) {
      assertTrue(counts.get("missing") <= counts.get("dropped"), counts::toString);
    }
  }

  /** Each receiver has taught all others; a frame to all goes to every port but its sender's. */
  private long expectedOffers(int pattern, long frames) {
    long others = (long) senders.size() + receivers.size() - 1;
    long toAll =
        switch (pattern) {
          case ALWAYS_ALL -> frames;
          case SOMETIMES_ALL -> (frames + 7) / 8;
          default -> 0;
        };
    return receivers.size() * others + senders.size() * (toAll * others + frames - toAll);
  }

  private static long sum(List<Map<String, Long>> all, String counter) {
    return all.stream().mapToLong(counts -> counts.get(counter)).sum();
  }
}
