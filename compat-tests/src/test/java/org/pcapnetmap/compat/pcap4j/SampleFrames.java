package org.pcapnetmap.compat.pcap4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.pcap4j.util.ByteArrays;

/** What the sending programs of pcap4j-sample send, and what is sent to them. */
final class SampleFrames {
  private static final int ETHERTYPE = 12;
  private static final int SHORTEST = 60;

  private SampleFrames() {}

  static int etherType(byte[] frame) {
    return shortAt(frame, ETHERTYPE);
  }

  static int shortAt(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
  }

  /** A request is 1, a reply 2. */
  static byte[] arp(int operation, String toMac, String fromMac, String from, String to) {
    return ByteArrays.parseByteArray(
        String.join(
            ":",
            toMac,
            fromMac,
            "08:06:00:01:08:00:06:04:00",
            String.format(Locale.ROOT, "%02x", operation),
            fromMac,
            hex(from),
            toMac,
            hex(to)),
        ":");
  }

  private static String hex(String address) {
    List<String> bytes = new ArrayList<>();
    for (String number : address.split("\\.", -1)) {
      bytes.add(String.format(Locale.ROOT, "%02x", Integer.parseInt(number)));
    }
    return String.join(":", bytes);
  }

  /** An ICMP echo request without data, from 10.0.0.7 to 10.0.0.1. */
  static byte[] echoRequest(String fromMac, String toMac) {
    String header = "45:00:00:1c:00:01:00:00:40:01:66:d0:0a:00:00:07:0a:00:00:01";
    String echo = "08:00:f7:fd:00:01:00:01";
    return Arrays.copyOf(
        ByteArrays.parseByteArray(String.join(":", toMac, fromMac, "08:00", header, echo), ":"),
        SHORTEST);
  }
}
