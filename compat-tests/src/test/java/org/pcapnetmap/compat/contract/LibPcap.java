package org.pcapnetmap.compat.contract;

import com.sun.jna.Callback;
import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.SymbolProvider;
import com.sun.jna.ptr.PointerByReference;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** libpcap's functions that take or make a handle, as pcap/pcap.h declares them. */
interface LibPcap extends Library {
  int ERRBUF_SIZE = 256;

  /**
   * RTLD_NOW without RTLD_GLOBAL: libraries of one process must not call each other's functions.
   */
  int OPEN_FLAGS = 2;

  /** Finds what the face does not stand in front of where a preloaded program does: in libpcap. */
  SymbolProvider LINKER =
      (library, name, parent) -> {
        try {
          return parent.getSymbolAddress(library, name, null);
        } catch (UnsatisfiedLinkError e) {
          return Pointer.nativeValue(NativeLibrary.getInstance("libpcap.so.0.8").getFunction(name));
        }
      };

  /** pcap_dump, the address that programs hand to pcap_loop. */
  Pointer DUMP = NativeLibrary.getInstance("libpcap.so.0.8").getFunction("pcap_dump");

  /** The system's libpcap; every caller gets the same. */
  static LibPcap stock() {
    return load("libpcap.so.0.8", Map.of());
  }

  private static LibPcap load(String library, Map<String, ?> options) {
    Map<String, Object> all = new HashMap<>(options);
    all.put(Library.OPTION_OPEN_FLAGS, OPEN_FLAGS);
    return HandleFunctions.noting(Native.load(library, LibPcap.class, all));
  }

  /** The C face: the build's, or, for a build with sanitizers, -Dcontract.face=PATH. */
  static LibPcap face() {
    Path built = Path.of("native-preload/target/native/libpcap-netmap.so");
    Path top = Path.of(System.getProperty("nmcap.home")).toAbsolutePath().normalize();
    return load(
        System.getProperty("contract.face", top.resolve(built).toString()),
        Map.of(Library.OPTION_SYMBOL_PROVIDER, LINKER));
  }

  /** pcap_handler. */
  interface Handler extends Callback {
    void packet(Pointer user, Pointer header, Pointer bytes);
  }

  Pointer pcap_create(String device, byte[] errbuf);

  Pointer pcap_open_live(String device, int snaplen, int promisc, int millis, byte[] errbuf);

  int pcap_set_snaplen(Pointer handle, int snaplen);

  int pcap_set_promisc(Pointer handle, int promisc);

  int pcap_can_set_rfmon(Pointer handle);

  int pcap_set_rfmon(Pointer handle, int rfmon);

  int pcap_set_timeout(Pointer handle, int millis);

  int pcap_set_tstamp_type(Pointer handle, int type);

  int pcap_set_immediate_mode(Pointer handle, int immediate);

  int pcap_set_buffer_size(Pointer handle, int bytes);

  int pcap_set_tstamp_precision(Pointer handle, int precision);

  int pcap_get_tstamp_precision(Pointer handle);

  int pcap_set_protocol_linux(Pointer handle, int protocol);

  int pcap_activate(Pointer handle);

  void pcap_close(Pointer handle);

  int pcap_list_tstamp_types(Pointer handle, PointerByReference types);

  void pcap_free_tstamp_types(Pointer types);

  int pcap_loop(Pointer handle, int count, Handler handler, Pointer user);

  int pcap_loop(Pointer handle, int count, Pointer handler, Pointer user);

  int pcap_dispatch(Pointer handle, int count, Handler handler, Pointer user);

  Pointer pcap_next(Pointer handle, Pointer header);

  int pcap_next_ex(Pointer handle, PointerByReference header, PointerByReference bytes);

  void pcap_breakloop(Pointer handle);

  int pcap_stats(Pointer handle, int[] stats);

  /** libc's, or what the library has put in front of it. */
  int poll(Pointer descriptors, NativeLong count, int millis) throws LastErrorException;

  int pcap_setfilter(Pointer handle, Pointer program);

  int pcap_setdirection(Pointer handle, int direction);

  int pcap_getnonblock(Pointer handle, byte[] errbuf);

  int pcap_setnonblock(Pointer handle, int nonblock, byte[] errbuf);

  int pcap_inject(Pointer handle, byte[] frame, long length);

  int pcap_sendpacket(Pointer handle, byte[] frame, int length);

  String pcap_geterr(Pointer handle);

  int pcap_compile(Pointer handle, Pointer program, String text, int optimize, int netmask);

  void pcap_freecode(Pointer program);

  int pcap_datalink(Pointer handle);

  int pcap_datalink_ext(Pointer handle);

  int pcap_list_datalinks(Pointer handle, PointerByReference list);

  void pcap_free_datalinks(Pointer list);

  int pcap_set_datalink(Pointer handle, int linktype);

  int pcap_snapshot(Pointer handle);

  int pcap_is_swapped(Pointer handle);

  int pcap_major_version(Pointer handle);

  int pcap_minor_version(Pointer handle);

  int pcap_bufsize(Pointer handle);

  Pointer pcap_file(Pointer handle);

  int pcap_fileno(Pointer handle);

  int pcap_get_selectable_fd(Pointer handle);

  Pointer pcap_get_required_select_timeout(Pointer handle);

  void pcap_dump_close(Pointer dumper);

  int pcap_lookupnet(String device, int[] net, int[] mask, byte[] errbuf);

  Pointer pcap_dump_open(Pointer handle, String file);

  Pointer pcap_dump_open_append(Pointer handle, String file);

  Pointer pcap_dump_fopen(Pointer handle, Pointer stream);
}
