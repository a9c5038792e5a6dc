package org.pcapnetmap.cli.print;

/** TCP headers. */
final class TcpText {
  private static final int HEADER = 20;
  private static final int SEQUENCE = 4;
  private static final int ACKNOWLEDGEMENT = 8;
  private static final int DATA_OFFSET = 12;
  private static final int FLAGS = 13;
  private static final int WINDOW = 14;
  private static final int ACK = 0x10;

  /** tcpdump's letters, in tcpdump's order, and the bits they stand for. */
  private static final char[] LETTERS = {'F', 'S', 'R', 'P', '.', 'U', 'E', 'W'};

  private static final int[] BITS = {0x01, 0x02, 0x04, 0x08, ACK, 0x20, 0x40, 0x80};

  private TcpText() {}

  static void print(Line line, Bytes bytes, int at, int length) {
    if (!bytes.has(at + HEADER) || length < HEADER) {
      line.add("[|tcp]");
      return;
    }
    int flags = bytes.u8(at + FLAGS);
    int data = Math.max(0, length - (bytes.u8(at + DATA_OFFSET) >> 4) * 4);
    flags(line.add("Flags ["), flags);
    long sequence = bytes.u32(at + SEQUENCE);
    line.add("], seq ").add(sequence);
    if (data > 0) {
      line.add(':').add(sequence + data & 0xffff_ffffL);
    }
    if ((flags & ACK) != 0) {
      line.add(", ack ").add(bytes.u32(at + ACKNOWLEDGEMENT));
    }
    line.add(", win ").add(bytes.u16(at + WINDOW)).add(", length ").add(data);
  }

  private static void flags(Line line, int flags) {
    if (flags == 0) {
      line.add("none");
    }
    for (int i = 0; i < BITS.length; i++) {
      if ((flags & BITS[i]) != 0) {
        line.add(LETTERS[i]);
      }
    }
  }
}
