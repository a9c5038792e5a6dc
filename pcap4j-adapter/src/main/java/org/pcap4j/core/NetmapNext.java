package org.pcap4j.core;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import org.pcap4j.core.NativeMappings.pcap_pkthdr;

/**
 * The out-parameters of {@code pcap_next} and {@code pcap_next_ex}, made once for a handle and a
 * thread: pcap4j makes new ones for each packet, in native memory, which takes microseconds.
 */
final class NetmapNext {
  /** The only one that may use this. */
  final Thread owner;

  final NetmapPacket packet;
  final pcap_pkthdr header;
  final PointerByReference headerReference;
  final PointerByReference bytesReference;

  NetmapNext(Thread owner, NetmapPacket packet) {
    this.owner = owner;
    this.packet = packet;
    this.header = new Header(packet.header);
    this.headerReference = new Reference(packet.header);
    this.bytesReference = new Reference(packet.bytes);
  }

  /** Shows the packet's header in place of memory of its own. */
  private static final class Header extends pcap_pkthdr {
    private final Pointer view;

    Header(Pointer view) {
      this.view = view;
    }

    @Override
    public Pointer getPointer() {
      // The constructor above this one asks, too, and means its own memory.
      return view == null ? super.getPointer() : view;
    }
  }

  /** Refers to one view, always. */
  private static final class Reference extends PointerByReference {
    private final Pointer view;

    Reference(Pointer view) {
      this.view = view;
    }

    @Override
    public Pointer getValue() {
      return view;
    }
  }
}
