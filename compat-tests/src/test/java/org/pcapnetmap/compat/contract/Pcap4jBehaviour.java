package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.pcap4j.core.BpfProgram;
import org.pcap4j.core.BpfProgram.BpfCompileMode;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapDumper;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapNetworkInterface;
import org.pcap4j.core.PcapNetworkInterface.PromiscuousMode;
import org.pcap4j.core.Pcaps;
import org.pcap4j.core.RawPacketListener;
import org.pcap4j.packet.namednumber.DataLinkType;

/** What pcap4j has beyond libpcap, on a port. */
final class Pcap4jBehaviour implements Pcap4jCases {
  private static final long SECONDS = 60;

  private Path folder;
  private ValeNetwork network;
  private PcapHandle handle;

  @Override
  public void open(Path newFolder) throws Exception {
    folder = newFolder;
    network = new ValeNetwork();
    handle = new PcapHandle.Builder(network.device()).snaplen(65536).timeoutMillis(10).build();
  }

  @Override
  public void close() {
    if (handle.isOpen()) {
      handle.close();
    }
    network.close();
  }

  private void feed(int... numbers) throws Exception {
    List<byte[]> frames = new ArrayList<>();
    for (int number : numbers) {
      frames.add(TestFrames.numbered(number));
    }
    network.send(frames);
  }

  /** Something that ends with an exception. */
  private interface Reading {
    void read() throws Exception;
  }

  private static CompletableFuture<Class<?>> endOf(Reading reading) {
    CompletableFuture<Class<?>> end = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                reading.read();
                end.complete(Void.class);
              } catch (Exception e) {
                end.complete(e.getClass());
              }
            });
    thread.setDaemon(true);
    thread.start();
    return end;
  }

  public void closeEndsALoopOfAnotherThread() throws Exception {
    RawPacketListener listener = packet -> {};
    var end = endOf(() -> handle.loop(-1, listener));
    network.awaitSleeper();
    handle.close();
    assertEquals(InterruptedException.class, end.get(SECONDS, TimeUnit.SECONDS));
    assertFalse(handle.isOpen());
  }

  public void closeEndsAReadOfAnotherThread() throws Exception {
    var end = endOf(handle::getNextRawPacketEx);
    network.awaitSleeper();
    handle.close();
    assertEquals(EOFException.class, end.get(SECONDS, TimeUnit.SECONDS));
    assertThrows(NotOpenException.class, handle::getNextRawPacket);
  }

  public void closeEndsManyReaders() throws Exception {
    List<CompletableFuture<Class<?>>> ends = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      ends.add(endOf(handle::getNextRawPacketEx));
    }
    network.awaitSleeper();
    handle.close();
    for (var end : ends) {
      Class<?> thrown = end.get(SECONDS, TimeUnit.SECONDS);
      assertTrue(thrown == EOFException.class || thrown == NotOpenException.class, thrown::getName);
    }
  }

  public void closeInTheListenerEndsTheLoop() throws Exception {
    RawPacketListener listener = packet -> handle.close();
    feed(1, 2);
    assertThrows(InterruptedException.class, () -> handle.loop(-1, listener));
    assertFalse(handle.isOpen());
    handle.close(); // pcap4j only warns
  }

  public void aListenerThatThrowsDoesNotEndTheLoop() throws Exception {
    List<byte[]> seen = new ArrayList<>();
    RawPacketListener listener =
        packet -> {
          seen.add(packet);
          throw new IllegalStateException("thrown by the test");
        };
    feed(1, 2, 3);
    handle.loop(3, listener);
    assertEquals(3, seen.size());
  }

  public void breakLoopOfAnotherThreadIsPrompt() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    RawPacketListener listener = packet -> first.countDown();
    var end = endOf(() -> handle.loop(-1, listener));
    feed(1);
    assertTrue(first.await(SECONDS, TimeUnit.SECONDS));
    handle.breakLoop();
    assertEquals(InterruptedException.class, end.get(SECONDS, TimeUnit.SECONDS));
  }

  public void portsAreFound() throws Exception {
    List<String> names = Pcaps.findAllDevs().stream().map(PcapNetworkInterface::getName).toList();
    String port = network.device();
    assertTrue(names.contains(port), names::toString);
    assertTrue(names.contains(port.substring(0, port.indexOf(':')) + ":*"), names::toString);
    assertTrue(names.contains("lo"), names::toString);
    assertTrue(names.indexOf(port) < names.indexOf("lo"), names::toString);
  }

  public void anyPortIsFoundByName() throws Exception {
    PcapNetworkInterface device = Pcaps.getDevByName("vale0:nobody.has.it");
    assertEquals("vale0:nobody.has.it", device.getName());
    assertTrue(device.isUp() && device.isRunning() && !device.isLoopBack());
    assertNull(Pcaps.getDevByName("nothing0"));
    assertNotNull(Pcaps.getDevByName("lo"));
  }

  public void dumpsAreWhatStockWrites() throws Exception {
    Path file = folder.resolve("dump.pcap");
    feed(1, 2, 3);
    Timestamp written = new Timestamp(1_500_000_000_123L);
    try (PcapDumper dumper = handle.dumpOpen(file.toString())) {
      handle.loop(3, dumper);
      dumper.dumpRaw(TestFrames.numbered(4), written);
      assertTrue(dumper.ftell() > 0);
    }
    try (PcapHandle stock = Pcaps.openOffline(file.toString())) {
      for (int number = 1; number <= 3; number++) {
        assertArrayEquals(TestFrames.numbered(number), stock.getNextRawPacketEx());
        long age = System.currentTimeMillis() - stock.getTimestamp().getTime();
        assertTrue(age >= 0 && age < TimeUnit.MINUTES.toMillis(10), () -> age + " ms old");
      }
      assertArrayEquals(TestFrames.numbered(4), stock.getNextRawPacketEx());
      assertEquals(written, stock.getTimestamp());
    }
  }

  /** The out-parameters of one are not those of the other. */
  public void stockAndNetmapHandlesTakeTurnsInOneThread() throws Exception {
    Path file = folder.resolve("turns.pcap");
    feed(1, 2, 3, 4);
    try (PcapDumper dumper = handle.dumpOpen(file.toString())) {
      dumper.dumpRaw(TestFrames.numbered(11, 70), new Timestamp(1000));
      dumper.dumpRaw(TestFrames.numbered(12, 80), new Timestamp(2000));
    }
    try (PcapHandle stock = Pcaps.openOffline(file.toString())) {
      assertArrayEquals(TestFrames.numbered(1), handle.getNextRawPacket());
      assertArrayEquals(TestFrames.numbered(11, 70), stock.getNextRawPacket());
      assertEquals(70, stock.getOriginalLength());
      assertArrayEquals(TestFrames.numbered(2), handle.getNextRawPacketEx());
      assertEquals(60, handle.getOriginalLength());
      assertArrayEquals(TestFrames.numbered(12, 80), stock.getNextRawPacketEx());
      assertEquals(new Timestamp(2000), stock.getTimestamp());
      assertArrayEquals(TestFrames.numbered(3), handle.getNextRawPacket());
      assertNull(stock.getNextRawPacket());
      assertArrayEquals(TestFrames.numbered(4), handle.getNextRawPacketEx());
    }
  }

  public void compiledFiltersCanBeSetAndApplied() throws Exception {
    BpfProgram program =
        handle.compileFilter(
            "ether[14] > 2", BpfCompileMode.OPTIMIZE, PcapHandle.PCAP_NETMASK_UNKNOWN);
    assertTrue(program.applyFilter(TestFrames.numbered(3)));
    assertFalse(program.applyFilter(TestFrames.numbered(2)));
    handle.setFilter(program);
    program.free();
    feed(1, 3);
    assertArrayEquals(TestFrames.numbered(3), handle.getNextRawPacket());
    assertEquals("ether[14] > 2", handle.getFilteringExpression());
  }

  public void errorsAreLibpcapsAndNameThePort() throws Exception {
    PcapNativeException failure =
        assertThrows(
            PcapNativeException.class,
            () -> new PcapHandle.Builder(network.device()).rfmon(true).build());
    assertTrue(failure.getMessage().contains("monitor mode"), failure::getMessage);
    assertEquals(-6, failure.getReturnCode());
    PcapNetworkInterface missing = Pcaps.getDevByName(network.missingDevice());
    failure =
        assertThrows(
            PcapNativeException.class,
            () -> missing.openLive(100, PromiscuousMode.PROMISCUOUS, 10));
    assertTrue(failure.getMessage().startsWith(network.missingDevice()), failure::getMessage);
    handle.setDlt(DataLinkType.DOCSIS);
    assertEquals("", handle.getError());
  }

  public void dumpOpenSaysWhy() {
    String file = folder.resolve("missing/dump").toString();
    PcapNativeException failure =
        assertThrows(PcapNativeException.class, () -> handle.dumpOpen(file));
    assertTrue(failure.getMessage().startsWith(file), failure::getMessage);
  }

  public void openInterfacesAreFound() throws Exception {
    try (NicNetwork nic = new NicNetwork("")) {
      PcapHandle opened = nic.inside(() -> build(new PcapHandle.Builder(nic.device())));
      try {
        List<String> names =
            Pcaps.findAllDevs().stream().map(PcapNetworkInterface::getName).toList();
        assertTrue(names.contains(nic.device()), names::toString);
        assertEquals(nic.device(), Pcaps.getDevByName(nic.device()).getName());
      } finally {
        opened.close();
      }
    }
  }

  public void interfacesArePromiscuousAsAsked() throws Exception {
    try (NicNetwork nic = new NicNetwork("")) {
      assertFalse(isPromiscuous(nic, PromiscuousMode.NONPROMISCUOUS));
      assertTrue(isPromiscuous(nic, PromiscuousMode.PROMISCUOUS));
    }
  }

  /** Whether the kernel says so while a handle is open. */
  private static boolean isPromiscuous(NicNetwork nic, PromiscuousMode mode) throws Exception {
    PcapHandle.Builder builder = new PcapHandle.Builder(nic.device()).promiscuousMode(mode);
    PcapHandle opened = nic.inside(() -> build(builder));
    try {
      List<String> show = new ArrayList<>(nic.launcher());
      show.addAll(List.of("ip", "-d", "link", "show"));
      Process ip = new ProcessBuilder(show).start();
      return new String(ip.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .dropWhile(line -> !line.contains(" " + VethPair.NEAR + "@"))
          .skip(1)
          .findFirst()
          .orElseThrow()
          .contains(" promiscuity 1 ");
    } finally {
      opened.close();
    }
  }

  private static PcapHandle build(PcapHandle.Builder builder) throws IOException {
    try {
      return builder.build();
    } catch (PcapNativeException e) {
      throw new IOException(e);
    }
  }

  public void versionAndByteOrderAreThoseOfLibpcap() throws Exception {
    try (PcapHandle dead = Pcaps.openDead(DataLinkType.EN10MB, 100)) {
      assertEquals(dead.getMajorVersion(), handle.getMajorVersion());
      assertEquals(dead.getMinorVersion(), handle.getMinorVersion());
      assertEquals(dead.isSwapped(), handle.isSwapped());
    }
    assertTrue(handle.toString().contains(network.device()), handle::toString);
    assertThrows(PcapNativeException.class, () -> Pcaps.lookupNet(network.device()));
  }
}
