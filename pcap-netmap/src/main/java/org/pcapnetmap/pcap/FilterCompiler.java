package org.pcapnetmap.pcap;

import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.pcapnetmap.netmap.BpfProgram;

/**
 * Compiles filter expressions of pcap-filter(7), by the system's libpcap, so that they mean here
 * exactly what they mean to tcpdump on the same machine.
 */
public final class FilterCompiler {
  /** struct bpf_program: the number of instructions, then a pointer to them. */
  private static final int PROGRAM_SIZE = 16;

  private static final int INSTRUCTIONS_OFFSET = 8;
  private static final int INSTRUCTION_SIZE = 8;
  private static final int OPTIMIZE = 1;

  /** PCAP_NETMASK_UNKNOWN: a netmap port has no IPv4 netmask. */
  private static final int NETMASK_UNKNOWN = 0xffff_ffff;

  private FilterCompiler() {}

  /**
   * Compiles an expression.
   *
   * @param expression for example {@code udp port 53}; an empty one accepts every packet
   * @param linktype how packets begin, see {@link Datalink}
   * @param snaplen the most bytes of a packet that are there to be looked at
   * @return the program
   * @throws FilterException when the expression is wrong
   * @throws LibPcapMissingException when there is no libpcap on this system
   */
  public static BpfProgram compile(String expression, int linktype, int snaplen)
      throws FilterException, LibPcapMissingException {
    if (expression.isBlank()) {
      return BpfProgram.ACCEPT_ALL;
    }
    LibPcap.require();
    // libpcap before 1.8 may compile only one filter at a time.
    synchronized (FilterCompiler.class) {
      Pointer handle = LibPcap.pcap_open_dead(Datalink.dlt(linktype), snaplen);
      if (handle == null) {
        throw new FilterException("filter: libpcap has no memory left for a handle");
      }
      try {
        return compile(handle, expression);
      } finally {
        LibPcap.pcap_close(handle);
      }
    }
  }

  private static BpfProgram compile(Pointer handle, String expression) throws FilterException {
    ByteBuffer program = ByteBuffer.allocateDirect(PROGRAM_SIZE).order(ByteOrder.nativeOrder());
    byte[] text = (expression + '\0').getBytes(StandardCharsets.UTF_8);
    if (LibPcap.pcap_compile(handle, program, text, OPTIMIZE, NETMASK_UNKNOWN) < 0) {
      String why = LibPcap.pcap_geterr(handle).getString(0, Charset.defaultCharset().name());
      throw new FilterException(
          "filter '" + expression + "': " + why + "; see the manual page pcap-filter(7)");
    }
    try {
      return copy(program);
    } finally {
      LibPcap.pcap_freecode(program);
    }
  }

  private static BpfProgram copy(ByteBuffer program) {
    int length = program.getInt(0);
    long address = program.getLong(INSTRUCTIONS_OFFSET);
    Pointer instructions = new Pointer(address);
    long[] copy = new long[length];
    for (int i = 0; i < length; i++) {
      copy[i] = instructions.getLong((long) i * INSTRUCTION_SIZE);
    }
    return BpfProgram.of(copy);
  }
}
