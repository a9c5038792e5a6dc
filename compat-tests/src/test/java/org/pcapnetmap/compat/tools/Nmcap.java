package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Starting nmcap as its users do, and reading what it reports. */
final class Nmcap {
  static final String LAUNCHER = Tools.TOP.resolve("bin/nmcap").toString();

  private static final String TEXT = "\"[^\"\\\\]*\"";
  private static final String VALUE = "(?:" + TEXT + "|-?\\d+(?:\\.\\d+)?|null)";
  private static final String MEMBER = TEXT + ":" + VALUE;

  /** A JSON object of texts and numbers, on one line. */
  private static final Pattern OBJECT = Pattern.compile("\\{" + MEMBER + "(?:," + MEMBER + ")*}");

  private Nmcap() {}

  static RunningTool start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(LAUNCHER));
    command.addAll(List.of(arguments));
    return RunningTool.start(command.toArray(String[]::new));
  }

  /** Runs to the end, which has to be a success. */
  static RunningTool run(String... arguments) throws IOException, InterruptedException {
    try (RunningTool nmcap = start(arguments)) {
      assertEquals(0, nmcap.exitCode(), nmcap::toString);
      return nmcap;
    }
  }

  /** Returns a number of the JSON object on the last line of standard output. */
  static long number(RunningTool nmcap, String member) {
    String last = nmcap.out().get(nmcap.out().size() - 1);
    assertTrue(OBJECT.matcher(last).matches(), last);
    Matcher found = Pattern.compile("\"" + member + "\":(\\d+)[,.}]").matcher(last);
    assertTrue(found.find(), member + " is not in " + last);
    return Long.parseLong(found.group(1));
  }
}
