package org.pcapnetmap.netmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pipes between two Java programs, and monitors. */
@Timeout(60)
final class PipeTest {
  private static final int COUNT = 50_000;
  private static final PortOptions SMALL = PortOptions.raw().withTxSlots(64).withRxSlots(64);

  private final String network = TestSwitch.next();

  @Test
  void aFullPipeMakesItsSenderWaitAndLosesNothing() throws Exception {
    try (NetmapPort reader = NetmapPort.open(network + ":p}1", SMALL);
        ChildJvm sender =
            ChildJvm.start(
                null,
                List.of(),
                PipeSenderProgram.class,
                network + ":p{1",
                Integer.toString(COUNT))) {
      FrameChecker checker = new FrameChecker();
      while (checker.frames() < COUNT) {
        assertEquals(NetmapPort.POLLIN, reader.await(NetmapPort.POLLIN, -1));
        reader.rxRing(0).read(checker, 16);
      }
      reader.rxSync();
      checker.assertGood();
      assertEquals("sent " + COUNT + ", waited", sender.readLine());
      assertEquals(COUNT, reader.statistics().consumed());
      assertEquals(0, reader.statistics().dropped());
    }
  }

  @Test
  void framesGoBothWaysThroughTheSameBuffers() throws Exception {
    try (NetmapPort left = NetmapPort.open(network + ":p{1");
        NetmapPort right = NetmapPort.open(network + ":p}1")) {
      int buffer = left.txRing(0).bufferIndex(0);
      TestFrame frame = new TestFrame(100, 1);
      assertTrue(left.txRing(0).offer(frame.number(7), 0, 100));
      left.txSync();
      assertEquals(1, right.rxSync());
      assertEquals(buffer, right.rxRing(0).bufferIndex(0));
      assertTrue(right.txRing(0).offer(frame.number(8), 0, 100));
      right.txSync();
      assertEquals(1, left.rxSync());
    }
  }

  @Test
  void aMonitorSeesWhatItsPortSends() throws Exception {
    assertThrows(NoSuchPortException.class, () -> NetmapPort.open(network + ":p{1/t"));
    try (NetmapPort left = NetmapPort.open(network + ":p{1");
        NetmapPort monitor = NetmapPort.open(network + ":p{1/t")) {
      TestFrame frame = new TestFrame(100, 1);
      assertTrue(left.txRing(0).offer(frame.number(1), 0, 100));
      left.txSync();
      assertEquals(1, monitor.rxSync());
      assertEquals(Direction.OUT, monitor.rxRing(0).direction(0));
      assertEquals(100, monitor.rxRing(0).wireLength(0));
    }
  }
}
