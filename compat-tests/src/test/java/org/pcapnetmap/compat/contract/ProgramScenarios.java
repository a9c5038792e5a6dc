package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.pcapnetmap.netmap.BpfProgram;

/** Filter programs that no expression compiles to; pcap4j takes none. */
interface ProgramScenarios extends Scenarios {
  int RETURN = 0x06;
  int LOAD_HALF = 0x28;
  int LOAD_BYTE = 0x30;
  int JUMP_EQUAL = 0x15;
  int ADD = 0x04;
  int FRAME = 60;

  /** Sets a program that a handle of {@link #open} takes by its instructions. */
  void setProgram(Handle handle, long... instructions) throws IOException;

  static long instruction(int code, int k) {
    return BpfProgram.instruction(code, 0, 0, k);
  }

  /** Keeps so many bytes of every frame. */
  private void keep(Handle handle, int bytes) throws IOException {
    setProgram(handle, instruction(RETURN, bytes));
  }

  private static void assertLengths(List<Packet> packets, int... captured) {
    assertEquals(
        Arrays.stream(captured).boxed().toList(),
        packets.stream().map(packet -> packet.bytes().length).toList());
    packets.forEach(packet -> assertEquals(FRAME, packet.wireLength()));
  }

  private void checkLength(int snaplen, int answer, int captured) throws IOException {
    Handle handle = open(Options.NONBLOCKING.withSnaplen(snaplen));
    keep(handle, answer);
    feed(1, 2);
    assertLengths(read(handle, 2), captured, captured);
  }

  @Test
  default void answerIsTheLengthToKeep() throws IOException {
    checkLength(0, 20, 20);
  }

  @Test
  default void snaplenCutsTheAnswer() throws IOException {
    checkLength(40, 50, 40);
  }

  @Test
  default void answerCutsTheSnaplen() throws IOException {
    checkLength(40, 20, 20);
  }

  @Test
  default void frameIsNoLongerThanItIs() throws IOException {
    checkLength(0, 1000, FRAME);
  }

  @Test
  default void answerHasNoSign() throws IOException {
    checkLength(0, -1, FRAME);
  }

  @Test
  default void answerOfNoneRejects() throws IOException {
    Handle handle = open(Options.NONBLOCKING);
    keep(handle, 0);
    feed(1, 2);
    assertEquals(0, handle.dispatch(-1, packet -> {}));
    assertEquals(new Handle.Statistics(0, 0), handle.statistics());
  }

  /** What came before is looked at again, but is as long as the old filter left it. */
  @Test
  default void newAnswerIsForNewPackets() throws IOException {
    Handle handle = open(Options.NONBLOCKING);
    keep(handle, 20);
    feed(1);
    Scenarios.await(() -> handle.statistics().received() == 1);
    keep(handle, -1);
    feed(2);
    Scenarios.await(() -> handle.statistics().received() == 2);
    keep(handle, 30);
    feed(3);
    assertLengths(read(handle, 3), 20, FRAME, 30);
  }

  /** The kernel takes 4096 instructions; longer programs are run at the read, and cut nothing. */
  @Test
  default void programsThatAreTooLongForTheKernelHoldAllTheSame() throws IOException {
    int length = 5000;
    long[] code = new long[length];
    Arrays.fill(code, instruction(ADD, 1));
    code[length - 4] = instruction(LOAD_BYTE, TestFrames.NUMBER_AT);
    code[length - 3] = BpfProgram.instruction(JUMP_EQUAL, 0, 1, 3);
    code[length - 2] = instruction(RETURN, 40);
    code[length - 1] = instruction(RETURN, 0);
    Handle handle = open(Options.NONBLOCKING);
    setProgram(handle, code);
    feed(1, 3, 4, 3);
    List<Packet> packets = read(handle, 2);
    assertLengths(packets, FRAME, FRAME);
    assertEquals(List.of(3, 3), Scenarios.numbers(packets));
  }

  /** A shorter one that follows is the kernel's again, and cuts. */
  @Test
  default void longProgramsGiveWay() throws IOException {
    Handle handle = open(Options.NONBLOCKING);
    long[] code = new long[5000];
    Arrays.fill(code, instruction(ADD, 1));
    code[code.length - 1] = instruction(RETURN, 0);
    setProgram(handle, code);
    feed(1);
    assertEquals(0, handle.dispatch(-1, packet -> {}));
    keep(handle, 40);
    feed(2);
    List<Packet> packets = read(handle, 1);
    assertLengths(packets, 40);
    assertEquals(List.of(2), Scenarios.numbers(packets));
  }

  /** After a refusal the filter is the old one. */
  @Test
  default void refusedProgramChangesNothing() throws IOException {
    Handle handle = open(Options.NONBLOCKING);
    handle.setFilter("ether[14] > 3");
    assertThrows(IOException.class, () -> setProgram(handle, instruction(LOAD_HALF, 12)));
    feed(1, 4, LAST);
    assertEquals(List.of(4), Scenarios.numbers(readToLast(handle)));
  }
}
