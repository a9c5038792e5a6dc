package org.pcapnetmap.netmap;

import java.nio.ByteBuffer;

/**
 * One live opening, as seen from outside.
 *
 * @param switchName the switch, for example {@code vale0}
 * @param portName the port on the switch, for example {@code 1}
 * @param program name of the program that opened it
 * @param mode what it shares with other openings
 * @param pid process, in the opener's process namespace
 * @param uid user
 * @param index number on the switch, 0 to 253
 * @param txRings transmit rings
 * @param rxRings receive rings
 * @param txSlots slots of each transmit ring
 * @param rxSlots slots of each receive ring
 * @param bufferSize bytes of each buffer
 * @param filterLength instructions of the receive filter, 0 for none
 * @param generation grows whenever a place on the switch changes hands
 * @param openedNanos when it was opened, in nanoseconds since 1970
 * @param statistics its counters
 * @param path how an interface is reached, {@code shared} with the host or by {@code xdp} in one of
 *     its modes; empty for all else
 */
public record OpeningInfo(
    String switchName,
    String portName,
    String program,
    PortMode mode,
    int pid,
    int uid,
    int index,
    int txRings,
    int rxRings,
    int txSlots,
    int rxSlots,
    int bufferSize,
    int filterLength,
    long generation,
    long openedNanos,
    PortStatistics statistics,
    String path) {

  /** The entry that the device wrote at offset. */
  static OpeningInfo decode(ByteBuffer s, int offset) {
    return new OpeningInfo(
        NativeStruct.text(s, offset + InfoLayout.SWITCH_NAME_OFFSET, InfoLayout.SWITCH_NAME_SIZE),
        NativeStruct.text(s, offset + InfoLayout.PORT_NAME_OFFSET, InfoLayout.PORT_NAME_SIZE),
        NativeStruct.text(s, offset + InfoLayout.PROGRAM_OFFSET, InfoLayout.PROGRAM_SIZE),
        PortMode.of(s.getInt(offset + InfoLayout.MODE_OFFSET)),
        s.getInt(offset + InfoLayout.PID_OFFSET),
        s.getInt(offset + InfoLayout.UID_OFFSET),
        s.getInt(offset + InfoLayout.INDEX_OFFSET),
        s.getInt(offset + InfoLayout.TX_RINGS_OFFSET),
        s.getInt(offset + InfoLayout.RX_RINGS_OFFSET),
        s.getInt(offset + InfoLayout.TX_SLOTS_OFFSET),
        s.getInt(offset + InfoLayout.RX_SLOTS_OFFSET),
        s.getInt(offset + InfoLayout.BUF_SIZE_OFFSET),
        s.getInt(offset + InfoLayout.FILTER_LENGTH_OFFSET),
        s.getLong(offset + InfoLayout.GENERATION_OFFSET),
        s.getLong(offset + InfoLayout.OPENED_NS_OFFSET),
        PortStatistics.decode(s, offset + InfoLayout.STATS_OFFSET),
        NativeStruct.text(s, offset + InfoLayout.PATH_OFFSET, InfoLayout.PATH_SIZE));
  }

  /**
   * The name to open the same port by.
   *
   * @return switch and port, for example {@code vale0:1}
   */
  public String name() {
    return switchName + ':' + portName;
  }
}
