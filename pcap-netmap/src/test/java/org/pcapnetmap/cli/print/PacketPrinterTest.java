package org.pcapnetmap.cli.print;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pcapnetmap.netmap.Direction;
import org.pcapnetmap.pcap.Datalink;

/** Packets in words. */
class PacketPrinterTest {
  private static final String MACS = "ffffffffffff020000000001";
  private static final String IPS = "0a0000010a000002";
  private static final String IP6S =
      "20010db8000000000000000000000001" + "fe80000000000000000100000000000a";

  private static String print(byte[] packet, int captured, int linktype, boolean nanosecond)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocateDirect(packet.length + 7).put(7, packet);
    try (PacketPrinter printer =
        new PacketPrinter(out, linktype, ZoneId.of("Asia/Kolkata"), nanosecond)) {
      printer.onPacket(
          buffer, 7, captured, packet.length, 1_700_000_000_012_345_678L, Direction.IN);
    }
    return out.toString(StandardCharsets.US_ASCII);
  }

  private static String print(String hex) throws IOException {
    byte[] packet = HexFormat.of().parseHex(hex);
    String line = print(packet, packet.length, Datalink.EN10MB, false);
    assertTrue(line.startsWith("03:43:20.012345 ") && line.endsWith("\n"), line);
    return line.substring(16).stripTrailing();
  }

  private static String ipv4(int protocol, String payload) {
    int length = 20 + payload.length() / 2;
    return MACS
        + "08004500"
        + String.format("%04x", length)
        + "0000000040"
        + String.format("%02x", protocol)
        + "0000"
        + IPS
        + payload;
  }

  private static String ipv6(int next, String payload) {
    return MACS
        + "86dd60000000"
        + String.format("%04x%02x40", payload.length() / 2, next)
        + IP6S
        + payload;
  }

  @Test
  void udp() throws Exception {
    assertEquals(
        "IP 10.0.0.1.53 > 10.0.0.2.4660: UDP, length 4",
        print(ipv4(17, "00351234000c0000" + "01020304")));
  }

  @ParameterizedTest
  @CsvSource({
    "02, 'Flags [S], seq 1, win 100, length 2'",
    "12, 'Flags [S.], seq 1, ack 4294967295, win 100, length 2'",
    "18, 'Flags [P.], seq 1, ack 4294967295, win 100, length 2'",
    "00, 'Flags [none], seq 1, win 100, length 2'",
    "ff, 'Flags [FSRP.UEW], seq 1, ack 4294967295, win 100, length 2'",
  })
  void tcp(String flags, String words) throws Exception {
    String segment = "00501f90" + "00000001" + "ffffffff" + "50" + flags + "006400000000" + "aabb";
    assertEquals(
        "IP 10.0.0.1.80 > 10.0.0.2.8080: " + words.replace("seq 1,", "seq 1:3,"),
        print(ipv4(6, segment)));
  }

  @Test
  void icmp() throws Exception {
    assertEquals(
        "IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 7, seq 9, length 8",
        print(ipv4(1, "0800000000070009")));
    assertEquals(
        "IP 10.0.0.1 > 10.0.0.2: ICMP type 3 code 1, length 8", print(ipv4(1, "0301000000000000")));
  }

  @Test
  void arp() throws Exception {
    String request = MACS + "08060001080006040001" + "020000000001" + "0a000001" + "0".repeat(12);
    assertEquals(
        "ARP, Request who-has 10.0.0.2 tell 10.0.0.1, length 46",
        print(request + "0a000002" + "00".repeat(18)));
    String reply = MACS + "08060001080006040002" + "020000000001" + "0a000001" + "f".repeat(12);
    assertEquals(
        "ARP, Reply 10.0.0.1 is-at 02:00:00:00:00:01, length 28", print(reply + "0a000002"));
  }

  @Test
  void vlans() throws Exception {
    String ip = ipv4(47, "").substring(24);
    assertEquals(
        "vlan 100, vlan 7, IP 10.0.0.1 > 10.0.0.2: protocol 47, length 0",
        print(MACS + "88a8e064" + "81000007" + ip));
  }

  @Test
  void ipv6BehindExtensionHeaders() throws Exception {
    assertEquals(
        "IP6 2001:db8::1.53 > fe80::1:0:0:a.4660: UDP, length 4",
        print(ipv6(0, "1100000000000000" + "00351234000c0000" + "01020304")));
    assertEquals(
        "IP6 2001:db8::1 > fe80::1:0:0:a: ICMP6 echo request, id 1, seq 2, length 8",
        print(ipv6(58, "8000000000010002")));
    assertEquals(
        "IP6 2001:db8::1 > fe80::1:0:0:a: fragment at 8, length 0",
        print(ipv6(44, "1100000900000000")));
  }

  @ParameterizedTest
  @CsvSource({
    "00000000000000000000000000000000, ::",
    "00000000000000000000000000000001, ::1",
    "00010000000000000000000000000000, 1::",
    "00010002000300040005000600070008, 1:2:3:4:5:6:7:8",
    "00010000000300040005000600070008, 1:0:3:4:5:6:7:8",
    "00010000000000040000000000000008, 1:0:0:4::8",
  })
  void ipv6AddressesAreShort(String hex, String text) {
    byte[] address = HexFormat.of().parseHex(hex);
    Bytes bytes = new Bytes();
    bytes.wrap(ByteBuffer.wrap(address), 0, address.length);
    Line line = new Line();
    Addresses.ipv6(line, bytes, 0);
    assertEquals(text, text(line));
  }

  private static String text(Line line) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      line.writeTo(out);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toString(StandardCharsets.US_ASCII);
  }

  @Test
  void otherFrames() throws Exception {
    assertEquals(
        "02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff, ethertype 0x88b5, length 16",
        print(MACS + "88b5" + "0000"));
    assertEquals(
        "02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff, 802.3, length 17", print(MACS + "0003" + "424203"));
    assertEquals("[|ether]", print("ffff"));
  }

  @Test
  void nanosecondsAndOtherLinkTypes() throws Exception {
    byte[] packet = HexFormat.of().parseHex(ipv4(17, "00351234000c0000").substring(28));
    assertEquals(
        "03:43:20.012345678 IP 10.0.0.1.53 > 10.0.0.2.4660: UDP, length 4\n",
        print(packet, packet.length, Datalink.RAW, true));
    assertEquals(
        "03:43:20.012345 link type 113, length 28\n", print(packet, packet.length, 113, false));
  }

  @Test
  void whateverIsCutOrNonsenseStillIsOneLine() throws Exception {
    Random random = new Random(1);
    String[] packets = {
      ipv4(17, "00351234000c0000"),
      ipv4(6, "00".repeat(20)),
      ipv4(1, "00".repeat(8)),
      ipv6(0, "00".repeat(24)),
      ipv6(44, "11".repeat(8)),
      MACS + "0806" + "00".repeat(28),
      MACS + "8100" + "81".repeat(20)
    };
    for (int i = 0; i < 20_000; i++) {
      byte[] packet = HexFormat.of().parseHex(packets[i % packets.length]);
      for (int damage = random.nextInt(4); damage > 0; damage--) {
        packet[12 + random.nextInt(packet.length - 12)] = (byte) random.nextInt();
      }
      String line = print(packet, random.nextInt(packet.length + 1), Datalink.EN10MB, false);
      assertEquals(1, line.lines().count(), line);
    }
  }
}
