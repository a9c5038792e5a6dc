package org.pcapnetmap.pcap4j.install;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import org.pcapnetmap.pcap4j.rewrite.UnknownPcap4jException;

/** {@code java -jar pcap4j-adapter.jar}: says how to use it, and writes patch jars. */
public final class Main {
  private static final String USAGE =
      """
      usage: java -javaagent:pcap4j-adapter.jar[=NAME=PORT,...] ...
             java -jar pcap4j-adapter.jar PCAP4J-CORE.JAR PATCH.JAR

      The first form starts any program with netmap rings under its pcap4j; each NAME
      is then the netmap port PORT, for example eth1=vale0:1.

      The second form writes a jar that does the same without an agent, for this
      version of pcap4j: put it first on the class path, before pcap4j-core, or start
      Java with --patch-module org.pcap4j.core=PATCH.JAR.
      """;

  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;

  private Main() {}

  /**
   * Runs the command and ends the JVM: 0, 1 when it failed, 2 when it was called wrongly.
   *
   * @param arguments a pcap4j-core jar and the jar to write, or --help
   */
  public static void main(String[] arguments) {
    System.exit(run(arguments, System.out, System.err));
  }

  private static int run(String[] arguments, PrintStream out, PrintStream err) {
    if (arguments.length == 1 && arguments[0].equals("--help")) {
      out.print(USAGE);
      return 0;
    }
    if (arguments.length != 2) {
      err.print(USAGE);
      return WRONG_USAGE;
    }
    try {
      PatchJar.write(Path.of(arguments[0]), Path.of(arguments[1]));
      return 0;
    } catch (UnknownPcap4jException e) {
      err.println(arguments[0] + ": none of the known versions 1.8 and 2.0: " + e.getMessage());
    } catch (IOException e) {
      err.println("cannot write " + arguments[1] + ": " + e);
    }
    return FAILED;
  }
}
