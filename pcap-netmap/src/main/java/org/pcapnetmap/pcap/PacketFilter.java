package org.pcapnetmap.pcap;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import org.pcapnetmap.netmap.BpfProgram;

/**
 * Runs a compiled filter on packets that are there, by libpcap's interpreter: those of savefiles.
 * On ports the device runs filters, before frames are copied, unless they are too long for it.
 */
public final class PacketFilter {
  /** The longest program that the device runs. */
  private static final int DEVICE_INSTRUCTIONS = 4096;

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

  /**
   * A filter for a program that is too long for the device.
   *
   * @return null for one that the device runs, or refuses
   */
  static PacketFilter insteadOfDevice(BpfProgram program) throws LibPcapMissingException {
    PacketFilter filter = program.length() > DEVICE_INSTRUCTIONS ? of(program) : null;
    return filter != null && filter.isValid() ? filter : null;
  }

  /** Whether libpcap takes the program for one that can be run. */
  private boolean isValid() {
    return program == null
        || LibPcap.bpf_validate(program, (int) (program.size() / Long.BYTES)) != 0;
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
