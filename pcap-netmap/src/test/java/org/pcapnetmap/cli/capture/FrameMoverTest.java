package org.pcapnetmap.cli.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pcapnetmap.cli.send.FrameTemplate;
import org.pcapnetmap.netmap.Direction;
import org.pcapnetmap.netmap.NetmapException;
import org.pcapnetmap.netmap.NetmapPort;
import org.pcapnetmap.netmap.PortOptions;
import org.pcapnetmap.netmap.SlotFlags;
import org.pcapnetmap.netmap.TxRing;
import org.pcapnetmap.pcap.PacketSink;

/** Frames of one and of several slots, from a real ring. */
class FrameMoverTest {
  private static final int SLOT = 2112;

  private final List<String> packets = new ArrayList<>();
  private NetmapPort sender;
  private NetmapPort receiver;

  @BeforeEach
  void open() throws Exception {
    String network = "vale" + ProcessHandle.current().pid() + "fm";
    sender = NetmapPort.open(network + ":a");
    receiver = NetmapPort.open(network + ":b", PortOptions.capture().withRxSlots(64));
  }

  @AfterEach
  void close() {
    receiver.close();
    sender.close();
  }

  /** Notes the length of each packet and of its pieces; refuses packets of the wrong length. */
  private final class Notes implements PacketSink {
    private final int refused;
    private StringBuilder text;

    Notes(int refused) {
      this.refused = refused;
    }

    @Override
    public void begin(int length, int wireLength, long timeNanos, Direction direction)
        throws IOException {
      if (length == refused) {
        throw new IOException("refused");
      }
      text = new StringBuilder(length + "/" + wireLength + " " + direction + ":");
    }

    @Override
    public void append(ByteBuffer source, int offset, int length) {
      text.append(' ').append(length);
    }

    @Override
    public void end() {
      packets.add(text.toString());
    }

    @Override
    public void flush() {
      throw new AssertionError("a mover does not flush");
    }

    @Override
    public void close() {
      throw new AssertionError("a mover does not close");
    }
  }

  private void send(int length) throws NetmapException {
    TxRing ring = sender.txRing(0);
    ByteBuffer frame = FrameTemplate.broadcast(0x0200_0000_0001L, length);
    for (int at = 0; at < length; at += SLOT) {
      int slot = ring.head();
      ring.offer(frame, at, Math.min(SLOT, length - at));
      ring.setFlags(slot, at + SLOT < length ? SlotFlags.MORE_FRAGMENTS : 0);
    }
    sender.txSync();
    receiver.rxSync();
  }

  @Test
  void aFrameOfSeveralSlotsIsOnePacket() throws Exception {
    send(60);
    send(5000);
    send(61);
    FrameMover mover = new FrameMover(new Notes(-1));
    assertEquals(5, mover.move(receiver.rxRing(0), 64, Long.MAX_VALUE));
    assertEquals(List.of("60/60 IN: 60", "5000/5000 IN: 2112 2112 776", "61/61 IN: 61"), packets);
    assertEquals(3, mover.frames());
    assertEquals(5121, mover.bytes());
    assertEquals(0, receiver.rxRing(0).available());
  }

  @Test
  void aFrameWhoseEndIsBeyondTheBatchWaits() throws Exception {
    send(60);
    send(5000);
    FrameMover mover = new FrameMover(new Notes(-1));
    assertEquals(1, mover.move(receiver.rxRing(0), 3, Long.MAX_VALUE));
    assertEquals(3, mover.move(receiver.rxRing(0), 3, Long.MAX_VALUE));
    assertEquals(2, mover.frames());
  }

  @Test
  void theLimitCountsFrames() throws Exception {
    send(5000);
    send(5000);
    send(60);
    FrameMover mover = new FrameMover(new Notes(-1));
    assertEquals(6, mover.move(receiver.rxRing(0), 64, 2));
    assertEquals(0, mover.move(receiver.rxRing(0), 64, 0));
    assertEquals(1, receiver.rxRing(0).available());
  }

  @Test
  void whatASinkRefusesIsStillThere() throws Exception {
    send(60);
    send(61);
    FrameMover mover = new FrameMover(new Notes(61));
    assertThrows(IOException.class, () -> mover.move(receiver.rxRing(0), 64, Long.MAX_VALUE));
    assertEquals(1, mover.frames());
    assertEquals(1, receiver.rxRing(0).available());
  }
}
