package org.pcapnetmap.compat.pcap4j;

import java.io.IOException;
import java.util.stream.Stream;

/** What an application is launched with; the test is skipped where there is no newer JDK. */
record Launch(Pcap4jVersion version, boolean onNewestJdk) {
  /** Both lines of pcap4j, each with both JNAs, on both JDKs. */
  static Stream<Launch> all() {
    return Pcap4jVersion.all()
        .flatMap(version -> Stream.of(new Launch(version, false), new Launch(version, true)));
  }

  /** Both lines: with their own JNA on the JDK of the tests, with the latest on the newest. */
  static Stream<Launch> oldAndNew() {
    return all().filter(launch -> launch.version.hasLatestJna() == launch.onNewestJdk);
  }

  String java() throws IOException {
    return (onNewestJdk ? Jdk.newest() : Jdk.running()).java();
  }

  @Override
  public String toString() {
    return version + (onNewestJdk ? ", the newest JDK" : ", " + Jdk.running());
  }
}
