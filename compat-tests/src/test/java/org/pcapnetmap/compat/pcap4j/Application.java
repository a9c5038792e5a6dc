package org.pcapnetmap.compat.pcap4j;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A program in plain pcap4j, compiled against one version of it; it knows nothing of this project.
 * Its source is a resource of the tests.
 */
record Application(String name, Pcap4jVersion version, Path classes) {
  private static final Path SAMPLES =
      Path.of(System.getProperty("nmcap.home"), "samples/src/main/java");

  /** Compiles a program of src/test/resources/pcap4j into a folder. */
  static Application compile(String name, Pcap4jVersion version, Path folder) throws IOException {
    return compile(name, version, folder, version.jars());
  }

  /** The same with another class path. */
  static Application compile(String name, Pcap4jVersion version, Path folder, List<Path> path)
      throws IOException {
    Path source = Files.createDirectories(folder).resolve(name + ".java");
    Files.writeString(source, source(name));
    return compile(name, source, version, folder, path);
  }

  /** Compiles a sample of this project's in plain pcap4j. */
  static Application compileSample(String name, Pcap4jVersion version, Path folder)
      throws IOException {
    Path source = SAMPLES.resolve(name.replace('.', '/') + ".java");
    return compile(name, source, version, folder, version.jars());
  }

  private static Application compile(
      String name, Path source, Pcap4jVersion version, Path folder, List<Path> path)
      throws IOException {
    Path classes = Files.createDirectories(folder.resolve("classes"));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter says = new StringWriter();
    List<String> options =
        List.of(
            "--release",
            "17",
            "-proc:none",
            "-d",
            classes.toString(),
            "-cp",
            Pcap4jVersion.classPath(path));
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, UTF_8)) {
      assertTrue(
          compiler
              .getTask(says, files, null, options, null, files.getJavaFileObjects(source))
              .call(),
          says::toString);
    }
    return new Application(name, version, classes);
  }

  private static String source(String name) throws IOException {
    try (InputStream in = Application.class.getResourceAsStream("/pcap4j/" + name + ".java")) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
