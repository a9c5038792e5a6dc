package org.pcap4j.core;

import com.sun.jna.Function;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import org.pcap4j.core.NativeMappings.PcapErrbuf;
import org.pcap4j.core.NativeMappings.bpf_insn;
import org.pcap4j.core.NativeMappings.bpf_program;
import org.pcap4j.core.NativeMappings.pcap_handler;
import org.pcap4j.core.NativeMappings.pcap_pkthdr;
import org.pcap4j.core.NativeMappings.pcap_stat;

/**
 * The functions of the system's libpcap, bound in place of those of {@code NativeMappings}, which
 * are no longer native once the adapter is there. Whatever is no handle of ours comes here.
 *
 * <p>Names and signatures are those of pcap4j; the adapter does not touch a pcap4j that has others.
 */
final class StockNatives {
  private StockNatives() {}

  static native int pcap_findalldevs(PointerByReference alldevsp, PcapErrbuf errbuf);

  static native void pcap_freealldevs(Pointer alldevsp);

  static native Pointer pcap_lookupdev(PcapErrbuf errbuf);

  static native int pcap_lookupnet(
      String device, IntByReference netp, IntByReference maskp, PcapErrbuf errbuf);

  static native Pointer pcap_open_live(
      String device, int snaplen, int promisc, int to_ms, PcapErrbuf errbuf);

  static native Pointer pcap_open_dead(int linktype, int snaplen);

  static native Pointer pcap_open_offline(String fname, PcapErrbuf errbuf);

  static native int pcap_setnonblock(Pointer p, int nonblock, PcapErrbuf errbuf);

  static native int pcap_getnonblock(Pointer p, PcapErrbuf errbuf);

  static native Pointer pcap_dump_open(Pointer p, String fname);

  static native void pcap_dump(Pointer user, pcap_pkthdr header, byte[] packet);

  static native int pcap_dump_flush(Pointer p);

  static native NativeLong pcap_dump_ftell(Pointer dumper);

  static native void pcap_dump_close(Pointer p);

  static native int pcap_dispatch(Pointer p, int cnt, pcap_handler callback, Pointer user);

  static native Pointer pcap_next(Pointer p, pcap_pkthdr h);

  static native int pcap_next_ex(Pointer p, PointerByReference h, PointerByReference data);

  static native int pcap_loop(Pointer p, int cnt, pcap_handler callback, Pointer user);

  static native int pcap_loop(Pointer p, int cnt, Function callback, Pointer user);

  static native void pcap_breakloop(Pointer p);

  static native int pcap_compile(Pointer p, bpf_program fp, String str, int optimize, int netmask);

  static native int pcap_compile_nopcap(
      int snaplen_arg, int linktype_arg, bpf_program fp, String buf, int optimize, int mask);

  static native int bpf_filter(
      bpf_insn.ByReference bpf_insn, byte[] packet, int wirelen, int buflen);

  static native int pcap_setfilter(Pointer p, bpf_program fp);

  static native void pcap_freecode(bpf_program fp);

  static native int pcap_sendpacket(Pointer p, byte[] buf, int size);

  static native void pcap_close(Pointer p);

  static native int pcap_datalink(Pointer p);

  static native int pcap_list_datalinks(Pointer p, PointerByReference dlt_buf);

  static native void pcap_free_datalinks(Pointer dlt_list);

  static native int pcap_set_datalink(Pointer p, int dlt);

  static native int pcap_datalink_name_to_val(String name);

  static native String pcap_datalink_val_to_name(int dlt);

  static native String pcap_datalink_val_to_description(int dlt);

  static native int pcap_snapshot(Pointer p);

  static native int pcap_is_swapped(Pointer p);

  static native int pcap_major_version(Pointer p);

  static native int pcap_minor_version(Pointer p);

  static native int pcap_stats(Pointer p, pcap_stat ps);

  static native Pointer pcap_geterr(Pointer p);

  static native Pointer pcap_strerror(int errno);

  static native String pcap_lib_version();

  static native Pointer pcap_create(String device, PcapErrbuf ebuf);

  static native int pcap_set_snaplen(Pointer p, int snaplen);

  static native int pcap_set_promisc(Pointer p, int promisc);

  static native int pcap_set_timeout(Pointer p, int timeout_ms);

  static native int pcap_set_buffer_size(Pointer p, int buffer_size);

  static native int pcap_setdirection(Pointer p, int pcap_direction);

  static native int pcap_activate(Pointer p);

  /** The same function with the packet where it lies. */
  static native void pcap_dump(Pointer user, Pointer header, Pointer packet);
}
