package org.pcapnetmap.compat.pcap4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.pcapnetmap.compat.pcap4j.SampleFrames.arp;
import static org.pcapnetmap.compat.pcap4j.SampleFrames.echoRequest;
import static org.pcapnetmap.compat.pcap4j.SampleFrames.etherType;
import static org.pcapnetmap.compat.pcap4j.SampleFrames.shortAt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pcap4j.util.ByteArrays;
import org.pcapnetmap.compat.tools.Peer;
import org.pcapnetmap.compat.tools.Place;
import org.pcapnetmap.compat.tools.RunningTool;
import org.pcapnetmap.netmap.Direction;
import org.pcapnetmap.pcap.Datalink;
import org.pcapnetmap.pcap.PcapHandle;
import org.pcapnetmap.pcap.SavefileFormat;
import org.pcapnetmap.pcap.SavefileWriter;

/** What the sending programs of pcap4j-sample send comes as it should, and they read answers. */
@Tag("interface")
class SampleInjectTest {
  private static final int COUNT = 5;
  private static final String EVERYONE = "ff:ff:ff:ff:ff:ff";
  private static final String OWN_MAC = "02:00:00:00:00:07";
  private static final String OWN_IP = "10.0.0.7";
  private static final int ARP = 0x0806;
  private static final int IPV4 = 0x0800;
  private static final int ARP_LENGTH = 42;

  @TempDir private Path folder;
  private Place net;
  private Peer peer;
  private final Deque<byte[]> come = new ArrayDeque<>();

  @BeforeEach
  void open() throws Exception {
    net = Place.forModestPrograms();
    peer = net.peer("peer");
  }

  @AfterEach
  void close() throws Exception {
    if (peer != null) {
      peer.close();
      net.close();
    }
  }

  /** Sends a request each second, and has a reader for the answers. */
  @Test
  void sendsArpRequests() throws Exception {
    try (RunningTool sample =
        SampleProgram.start(net, "SendArpRequest", List.of("count=" + COUNT), OWN_IP)) {
      for (int i = 0; i < COUNT; i++) {
        byte[] request = await(frame -> etherType(frame) == ARP && frame[21] == 1);
        byte[] expected = arp(1, EVERYONE, "fe:00:01:02:03:04", "192.0.2.100", OWN_IP);
        assertArrayEquals(Arrays.copyOf(expected, 60), request);
        byte[] reply = arp(2, "fe:00:01:02:03:04", OWN_MAC, OWN_IP, "192.0.2.100");
        peer.send(List.of(reply));
      }
      assertEquals(0, sample.exitCode(), sample::toString);
      sample.awaitText(OWN_IP + " was resolved to " + OWN_MAC);
    }
  }

  /** Each echo request of 1000 bytes comes as three fragments, which can be put together again. */
  @Test
  void sendsFragments() throws Exception {
    List<byte[]> fragments = new ArrayList<>();
    List<String> properties = List.of("count=2", "tu=1000", "mtu=420");
    String to = "02:00:00:00:00:09";
    try (RunningTool sample =
        SampleProgram.start(
            net, "SendFragmentedEcho", properties, "10.0.0.8", OWN_MAC, "10.0.0.9", to)) {
      for (int request = 0; request < 2; request++) {
        byte[] whole = new byte[980];
        for (int at = 0; at < whole.length; ) {
          byte[] fragment = await(frame -> etherType(frame) == IPV4);
          fragments.add(fragment);
          int offset = (shortAt(fragment, 20) & 0x1fff) * 8;
          int length = shortAt(fragment, 16) - 20;
          assertEquals(at, offset);
          assertEquals(request, shortAt(fragment, 18));
          System.arraycopy(fragment, 34, whole, at, length);
          at += length;
        }
        assertEquals(8, whole[0], "an echo request");
        assertEquals(request, shortAt(whole, 6), "its number");
        assertArrayEquals(echoed(), Arrays.copyOfRange(whole, 8, whole.length));
      }
      assertEquals(0, sample.exitCode(), sample::toString);
    }
    assertPutTogether(fragments);
  }

  /** What the echo requests carry. */
  private static byte[] echoed() {
    byte[] data = new byte[972];
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) i;
    }
    return data;
  }

  /** By the program that shows the requests of a file of fragments. */
  private void assertPutTogether(List<byte[]> fragments) throws Exception {
    Path file = folder.resolve("fragments.pcap");
    write(file, fragments);
    try (RunningTool sample =
        SampleProgram.launch(net, "DefragmentEcho", List.of("pcapFile=" + file))) {
      assertEquals(0, sample.exitCode(), sample::toString);
      String data = ByteArrays.toHexString(echoed(), " ");
      long shown = sample.out().stream().filter(line -> line.endsWith(data)).count();
      assertEquals(2, shown, sample::toString);
    }
  }

  private static void write(Path file, List<byte[]> frames) throws IOException {
    try (SavefileWriter writer =
        SavefileWriter.create(
            file.toString(), SavefileFormat.PCAP, Datalink.EN10MB, PcapHandle.MAX_SNAPLEN)) {
      for (byte[] frame : frames) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(frame.length).put(frame);
        writer.onPacket(buffer, 0, frame.length, frame.length, 0, Direction.INOUT);
      }
    }
  }

  /** Plays a host that is not there: answers ARP, and an echo request by an ICMP error. */
  @Test
  void answersAsARouterWould() throws Exception {
    String itsMac = "fe:00:00:00:00:01";
    try (RunningTool sample =
        SampleProgram.start(net, "IcmpV4ErrReplyer", List.of(), "10.0.0.1", "3", "1")) {
      byte[] request = arp(1, EVERYONE, OWN_MAC, OWN_IP, "10.0.0.1");
      peer.send(List.of(request));
      byte[] reply = await(frame -> etherType(frame) == ARP);
      assertArrayEquals(
          arp(2, OWN_MAC, itsMac, "10.0.0.1", OWN_IP), Arrays.copyOf(reply, ARP_LENGTH));
      byte[] echo = echoRequest(OWN_MAC, itsMac);
      peer.send(List.of(echo));
      byte[] error = await(frame -> etherType(frame) == IPV4);
      assertEquals(3, error[34], "destination unreachable");
      assertEquals(1, error[35], "the host");
      assertArrayEquals(Arrays.copyOfRange(echo, 14, 42), Arrays.copyOfRange(error, 42, 70));
      sample.awaitText("Hit Enter");
      sample.type("");
      assertEquals(0, sample.exitCode(), sample::toString);
    }
    net.assertOnly("peer");
  }

  private byte[] await(Predicate<byte[]> wanted) throws Exception {
    while (true) {
      if (come.isEmpty()) {
        come.addAll(Place.await(peer, 1));
      }
      byte[] frame = come.remove();
      if (wanted.test(frame)) {
        return frame;
      }
    }
  }
}
