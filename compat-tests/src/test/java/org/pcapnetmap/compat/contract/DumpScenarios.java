package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Savefiles that are written from a handle: its snap length, precision, link type. */
interface DumpScenarios extends CScenarios {
  int MICROS_MAGIC = 0xa1b2c3d4;
  int NANOS_MAGIC = 0xa1b23c4d;
  int FILE_HEADER = 24;
  int PACKET_HEADER = 16;

  private CHandle handle(Options options) throws IOException {
    return (CHandle) open(options.withSnaplen(70));
  }

  private Path file() throws IOException {
    Path file = Files.createTempFile("contract", ".pcap");
    file.toFile().deleteOnExit();
    return file;
  }

  /** Writes what comes to a savefile, as tcpdump does: pcap_dump is the callback. */
  private void dump(CHandle handle, Pointer dumper, int... numbers) throws IOException {
    assertNotNull(dumper, () -> library().pcap_geterr(handle.pointer()));
    feed(numbers);
    handle.dumpInto(dumper, numbers.length);
    library().pcap_dump_close(dumper);
  }

  private static void check(Path file, int magic, int snaplen, int packets) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.nativeOrder());
    assertEquals(magic, bytes.getInt(0));
    assertEquals(snaplen, bytes.getInt(16));
    assertEquals(DatalinkScenarios.EN10MB, bytes.getInt(20));
    assertEquals(FILE_HEADER + packets * (PACKET_HEADER + 60), bytes.limit());
    for (int i = 0; i < packets; i++) {
      int at = FILE_HEADER + i * (PACKET_HEADER + 60) + PACKET_HEADER;
      assertEquals(i + 1, bytes.get(at + TestFrames.NUMBER_AT));
    }
  }

  @Test
  default void dumpHasTheHandlesHeader() throws IOException {
    CHandle handle = handle(Options.BLOCKING);
    Path file = file();
    dump(handle, library().pcap_dump_open(handle.pointer(), file.toString()), 1, 2);
    check(file, MICROS_MAGIC, 70, 2);
  }

  @Test
  default void dumpHasTheHandlesPrecision() throws IOException {
    CHandle handle = handle(Options.BLOCKING.withNanoseconds());
    Path file = file();
    dump(handle, library().pcap_dump_open(handle.pointer(), file.toString()), 1);
    check(file, NANOS_MAGIC, 70, 1);
  }

  @Test
  default void dumpIsAppended() throws IOException {
    CHandle handle = handle(Options.BLOCKING);
    Path file = file();
    dump(handle, library().pcap_dump_open_append(handle.pointer(), file.toString()), 1);
    dump(handle, library().pcap_dump_open_append(handle.pointer(), file.toString()), 2, 3);
    check(file, MICROS_MAGIC, 70, 3);
  }

  @Test
  default void dumpGoesToAStream() throws IOException {
    CHandle handle = handle(Options.BLOCKING);
    Path file = file();
    Pointer stream = LibC.C.fopen(file.toString(), "w");
    dump(handle, library().pcap_dump_fopen(handle.pointer(), stream), 1, 2);
    check(file, MICROS_MAGIC, 70, 2);
  }

  @Test
  default void dumpToNowhereIsExplained() throws IOException {
    Pointer p = opened();
    assertNull(library().pcap_dump_open(p, "/no/such/folder"));
    assertEquals("/no/such/folder: No such file or directory", library().pcap_geterr(p));
  }
}
