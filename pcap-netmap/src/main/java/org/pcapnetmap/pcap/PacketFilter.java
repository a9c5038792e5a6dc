package org.pcapnetmap.pcap;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import org.pcapnetmap.netmap.BpfProgram;

/**
 * Runs a compiled filter on packets of a savefile, by libpcap's interpreter. On ports the device
 * runs filters, before frames are copied.
 */
public final class PacketFilter {
  private final Memory program;
  private ByteBuffer known;
  private long address;

  private PacketFilter(Memory program) {
    this.program = program;
  }

  /**
   * Makes a filter of a program.
   *
   * @param program compiled for the link type of the packets to come
   * @return the filter
   * @throws LibPcapMissingException when there is no libpcap on this system
   */
  public static PacketFilter of(BpfProgram program) throws LibPcapMissingException {
    if (program.length() == 0) {
      return new PacketFilter(null);
    }
    LibPcap.require();
    Memory memory = new Memory((long) program.length() * Long.BYTES);
    for (int i = 0; i < program.length(); i++) {
      memory.setLong((long) i * Long.BYTES, program.instruction(i));
    }
    return new PacketFilter(memory);
  }

  /** Returns how many bytes of a packet the filter wants kept: 0 rejects the packet. */
  @SuppressWarnings("ReferenceEquality") // Which buffer it is counts here, not what is in it.
  public int accept(PcapPacket packet) {
    if (program == null) {
      return Integer.MAX_VALUE;
    }
    if (packet.buffer() != known) {
      known = packet.buffer();
      address = Pointer.nativeValue(Native.getDirectBufferPointer(known));
    }
    Pointer bytes = new Pointer(address + packet.offset());
    int kept = LibPcap.bpf_filter(program, bytes, packet.wireLength(), packet.capturedLength());
    return kept < 0 ? Integer.MAX_VALUE : kept;
  }
}
