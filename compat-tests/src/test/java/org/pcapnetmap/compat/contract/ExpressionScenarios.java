package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What expressions accept, of {@link ProtocolFrames}. */
interface ExpressionScenarios extends Scenarios {
  /** Names of the frames that a filter accepts. */
  private Set<String> accepted(String expression) throws IOException {
    Map<String, byte[]> frames = ProtocolFrames.all();
    // Opened first, so that it gets each frame after the one that filters.
    Handle all = open(Options.NONBLOCKING);
    Handle handle = open(Options.NONBLOCKING);
    handle.setFilter(expression);
    // Stock checks the first one by an engine that knows no more than the frame's bytes.
    feed(0);
    network().send(List.copyOf(frames.values()));
    feed(LAST);
    readToLast(all);
    network().settle();
    List<Packet> packets = new ArrayList<>();
    handle.dispatch(-1, packets::add);
    return packets.stream()
        .flatMap(packet -> names(frames, packet.bytes()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Stream<String> names(Map<String, byte[]> frames, byte[] bytes) {
    return frames.entrySet().stream()
        .filter(frame -> Arrays.equals(frame.getValue(), bytes))
        .map(Map.Entry::getKey);
  }

  private void check(String expression, String... names) throws IOException {
    assertEquals(new TreeSet<>(List.of(names)), accepted(expression), expression);
  }

  /** Stock accepts a tagged frame, too, whose inside the expression accepts. */
  private void checkTagged(String expression, Collection<String> tagged, String... names)
      throws IOException {
    Set<String> expected = new TreeSet<>(List.of(names));
    if (!differs(Difference.TAGS_STAY)) {
      expected.addAll(tagged);
    }
    assertEquals(expected, accepted(expression), expression);
  }

  @Test
  default void networksAndPorts() throws IOException {
    checkTagged("arp", List.of("vlan7"), "arp");
    checkTagged("ip", List.of("vlan5"), "dns", "one", "syn", "long");
    checkTagged("udp port 53", List.of("vlan5"), "dns", "dns6");
    checkTagged("udp portrange 50-60 and ip", List.of("vlan5"), "dns");
    checkTagged("dst host 10.0.0.2", List.of("vlan5"), "dns", "one", "syn", "long");
    checkTagged("src net 10.0.0.0/24 and tcp", List.of(), "syn");
    checkTagged("tcp[tcpflags] & tcp-syn != 0", List.of(), "syn");
    checkTagged("ip6", List.of(), "dns6");
  }

  @Test
  default void linkLayer() throws IOException {
    check("ether dst 02:00:00:00:00:09", "one");
    check("ether multicast and not ether broadcast", "stp");
    check("stp", "stp");
    check("greater 900", "long");
    check("ether[0] = 2", "one");
  }

  @Test
  default void vlan() throws IOException {
    check("vlan", "vlan5", "vlan7", "vlan3-5");
    check("vlan 5", "vlan5");
    check("vlan 5 and udp port 53", "vlan5");
    check("vlan and arp", "vlan7");
    check("vlan 3 and vlan 5", "vlan3-5");
    check("vlan 3 and vlan 5 and udp", "vlan3-5");
    check("not vlan", "arp", "dns", "one", "syn", "long", "dns6", "stp", "mpls");
  }

  @Test
  default void mpls() throws IOException {
    check("mpls", "mpls");
    check("mpls 100", "mpls");
    check("mpls 7");
    check("mpls 100 and udp port 53", "mpls");
  }

  @Test
  default void ifindexIsTheInterfaces() throws IOException {
    Handle handle = open(Options.NONBLOCKING);
    List<Integer> accepting = new ArrayList<>();
    int own = network().ifindex();
    for (int index : new int[] {own, own + 1}) {
      handle.setFilter("ether[14] = 255 or ifindex " + index);
      feed(0, 1, LAST);
      if (readToLast(handle).stream().anyMatch(packet -> packet.number() == 1)) {
        accepting.add(index);
      }
    }
    assertEquals(List.of(own), accepting);
  }
}
