package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The suite calls every function of libpcap that takes a handle. */
class HandleFunctionsTest {
  private static final Path HEADER = Path.of("/usr/include/pcap/pcap.h");
  private static final Path TOP = Path.of(System.getProperty("nmcap.home"));
  private static final Path TESTS = TOP.resolve("compat-tests/src/test");
  private static final Pattern DECLARED =
      Pattern.compile("PCAP_API[^;(]*?\\b(pcap_\\w+)\\s*\\(pcap_t \\*[^;]*?;");

  /** Those of the header that are only declared for Windows or MS-DOS. */
  private static final Set<String> ELSEWHERE =
      Set.of(
          "pcap_setbuff",
          "pcap_setmode",
          "pcap_setmintocopy",
          "pcap_getevent",
          "pcap_oid_get_request",
          "pcap_oid_set_request",
          "pcap_sendqueue_transmit",
          "pcap_stats_ex",
          "pcap_setuserbuffer",
          "pcap_live_dump",
          "pcap_live_dump_ended",
          "pcap_get_airpcap_handle",
          "pcap_set_wait",
          "pcap_dump_hopen");

  /** Part of a library that can capture from other machines, which Debian's cannot. */
  private static final Set<String> REMOTE = Set.of("pcap_setsampling");

  @Test
  void eachIsCalled() throws IOException {
    assumeTrue(Files.exists(HEADER), "needs libpcap-dev, for " + HEADER);
    Set<String> declared =
        DECLARED
            .matcher(Files.readString(HEADER))
            .results()
            .map(function -> function.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    declared.removeAll(ELSEWHERE);
    declared.removeAll(REMOTE);
    String sources = sources();
    Set<String> called =
        declared.stream()
            .filter(name -> Pattern.compile("(\\.| )" + name + "\\(").matcher(sources).find())
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(declared, called);
  }

  /** The scenarios, and what they call them through; not the declarations. */
  private static String sources() throws IOException {
    try (Stream<Path> scenarios =
        Files.list(TESTS.resolve("java/org/pcapnetmap/compat/contract"))) {
      return Stream.concat(scenarios, Stream.of(TESTS.resolve("c/contract_process.c")))
          .filter(file -> !file.endsWith("LibPcap.java"))
          .map(HandleFunctionsTest::text)
          .collect(Collectors.joining());
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
