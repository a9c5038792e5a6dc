package org.pcapnetmap.pcap;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.pcapnetmap.netmap.NetmapDevice;

/**
 * The few functions of the system's libpcap that compile and run filters, by JNA's direct mapping.
 * libpcap is looked for when the first filter is compiled, so that nothing else needs it.
 */
final class LibPcap {
  /** Debian's name, upstream's name for later versions, the development package's name. */
  private static final List<String> NAMES = List.of("libpcap.so.0.8", "libpcap.so.1", "libpcap.so");

  private static final String CAUSE = load();

  private LibPcap() {}

  /** Throws, naming every place tried, unless libpcap is loaded. */
  static void require() throws LibPcapMissingException {
    if (CAUSE != null) {
      throw new LibPcapMissingException(CAUSE);
    }
  }

  private static String load() {
    // Asked first: when JNA does not load, only the first to use it learns why.
    Throwable device = NetmapDevice.unavailabilityCause();
    try {
      return tryNames();
    } catch (NoClassDefFoundError e) {
      return "filters need libpcap, which is called through JNA: "
          + (device == null ? e : device).getMessage();
    }
  }

  private static String tryNames() {
    List<String> tried = new ArrayList<>();
    for (String name : NAMES) {
      try {
        Native.register(LibPcap.class, NativeLibrary.getInstance(name));
        return null;
      } catch (UnsatisfiedLinkError e) {
        tried.add(name);
      }
    }
    return "filters need libpcap, which is not here (tried "
        + String.join(", ", tried)
        + "); install Debian's package libpcap0.8";
  }

  /** pcap_t *pcap_open_dead(int linktype, int snaplen). */
  static native Pointer pcap_open_dead(int linktype, int snaplen);

  static native void pcap_close(Pointer handle);

  /** int pcap_compile(pcap_t *, struct bpf_program *, const char *, int, bpf_u_int32). */
  static native int pcap_compile(
      Pointer handle, ByteBuffer program, byte[] expression, int optimize, int netmask);

  static native void pcap_freecode(ByteBuffer program);

  static native Pointer pcap_geterr(Pointer handle);

  /** u_int bpf_filter(const struct bpf_insn *, const u_char *, u_int wirelen, u_int buflen). */
  static native int bpf_filter(Pointer program, Pointer packet, int wireLength, int length);

  /** int bpf_validate(const struct bpf_insn *, int): 0 for what bpf_filter must not run. */
  static native int bpf_validate(Pointer program, int length);
}
