package org.pcapnetmap.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What makes a JVM slow to start, while a ring fills already. */
class StartTest {
  @Test
  void textIsPutTogetherWithoutMakingClassesAtRunTime() throws Exception {
    List<Path> classes = classes();
    assertNotEquals(List.of(), classes);
    for (Path file : classes) {
      String code = new String(Files.readAllBytes(file), ISO_8859_1);
      assertFalse(code.contains("makeConcatWithConstants"), file + ": -XDstringConcat=inline?");
    }
  }

  private static List<Path> classes() throws Exception {
    Path top = Path.of(Nmcap.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(top)) {
      return files.filter(file -> file.toString().endsWith(".class")).toList();
    }
  }
}
