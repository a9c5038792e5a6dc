package org.pcapnetmap.cli.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pcapnetmap.cli.Nmcap;
import org.pcapnetmap.cli.Screen;
import org.pcapnetmap.cli.send.FrameTemplate;
import org.pcapnetmap.netmap.Direction;
import org.pcapnetmap.pcap.Datalink;
import org.pcapnetmap.pcap.SavefileFormat;
import org.pcapnetmap.pcap.SavefileWriter;

/** nmcap capture -r: printing, filtering and copying savefiles, in this process. */
class SavefileCaptureTest {
  private static final long TIME = 1_700_000_000_123_456_789L;
  private static final int PACKETS = 10;

  @TempDir Path dir;

  private final Screen screen = new Screen();
  private Path source;

  @BeforeEach
  void writeSource() throws Exception {
    source = write(SavefileFormat.PCAP);
  }

  /** Every other packet is ARP by its type. */
  private Path write(SavefileFormat format) throws Exception {
    Path file = dir.resolve("source-" + format);
    try (SavefileWriter writer =
        SavefileWriter.create(file.toString(), format, Datalink.EN10MB, 262_144)) {
      for (int i = 0; i < PACKETS; i++) {
        ByteBuffer frame = FrameTemplate.broadcast(0x0200_0000_0001L, 60 + i);
        frame.putShort(12, (short) (i % 2 == 0 ? 0x0800 : 0x0806));
        writer.onPacket(frame, 0, 60 + i, 60 + i, TIME + i, Direction.INOUT);
      }
    }
    return file;
  }

  private String json() {
    return screen.out().get(screen.out().size() - 1);
  }

  @Test
  void printsALineForEachPacket() {
    assertEquals(Nmcap.EXIT_SUCCESS, screen.run("capture", "-nr", source.toString()));
    assertEquals(PACKETS, screen.out().size());
    assertTrue(
        screen.out().get(0).endsWith(".123456 IP 198.18.0.1.9 > 198.19.0.1.9: UDP, length 18"),
        screen.out().get(0));
  }

  @Test
  void takesWhatTheFilterAccepts() {
    assertEquals(
        Nmcap.EXIT_SUCCESS, screen.run("capture", "--json", "-r", source.toString(), "ip"));
    assertEquals(PACKETS / 2 + 1, screen.out().size());
    assertTrue(json().contains("\"packets\":5,\"bytes\":320,\"dropped\":0,"), json());
    assertTrue(json().contains("\"filtered\":5"), json());
  }

  @Test
  void endsAfterSoManyPackets() {
    assertEquals(Nmcap.EXIT_SUCCESS, screen.run("capture", "-c", "3", "-r", source.toString()));
    assertEquals(3, screen.out().size());
  }

  @ParameterizedTest
  @EnumSource(SavefileFormat.class)
  void aCopyIsTheSameByteForByte(SavefileFormat format) throws Exception {
    Path original = write(format);
    Path copy = dir.resolve(format == SavefileFormat.PCAPNG ? "copy.pcapng" : "copy");
    assertEquals(
        Nmcap.EXIT_SUCCESS,
        screen.run("capture", "-r", original.toString(), "-w", copy.toString()));
    assertEquals(-1, Files.mismatch(original, copy));
  }

  @Test
  void theSnapLengthCutsPacketsButNotTheirLength() {
    Path copy = dir.resolve("cut");
    screen.run("capture", "-s", "40", "-r", source.toString(), "-w", copy.toString());
    assertEquals(Nmcap.EXIT_SUCCESS, screen.run("capture", "--json", "-r", copy.toString()));
    assertTrue(json().contains("\"bytes\":645,"), json());
    assertEquals(24 + PACKETS * (16 + 40), copy.toFile().length());
  }

  @Test
  void printsWhatComesBeforeTheDamage() throws Exception {
    byte[] bytes = Files.readAllBytes(source);
    Path cut = dir.resolve("damaged");
    Files.write(cut, Arrays.copyOf(bytes, bytes.length - 1));
    assertEquals(Nmcap.EXIT_FAILURE, screen.run("capture", "-r", cut.toString()));
    assertEquals(PACKETS - 1, screen.out().size());
    assertTrue(screen.err().get(1).startsWith("nmcap: " + cut + ": at byte "));
  }
}
