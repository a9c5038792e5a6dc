package org.pcapnetmap.compat.contract;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** A handle of a library with libpcap's C functions. */
final class CHandle implements Handle {
  /** struct bpf_program: a length, then a pointer to the instructions. */
  static final int PROGRAM_SIZE = 16;

  /** struct pcap_pkthdr: seconds, parts of them, bytes captured, bytes on the wire. */
  private static final int HEADER_SIZE = 24;

  private static final int CAPLEN_AT = 16;
  private static final int LEN_AT = 20;
  private static final int OPTIMIZE = 1;

  private final LibPcap library;
  private final Pointer handle;

  CHandle(LibPcap library, Pointer handle) {
    this.library = library;
    this.handle = handle;
  }

  /** A handle that is not activated. */
  static CHandle create(LibPcap library, String device) throws IOException {
    byte[] errbuf = new byte[LibPcap.ERRBUF_SIZE];
    Pointer created = library.pcap_create(device, errbuf);
    if (created == null) {
      throw new PcapFailure(PcapFailure.ERROR, Native.toString(errbuf));
    }
    return new CHandle(library, created);
  }

  /** Creates, sets up and activates a handle. */
  static CHandle open(LibPcap library, String device, Options options) throws IOException {
    CHandle handle = create(library, device);
    Pointer p = handle.pointer();
    handle.check(library.pcap_set_snaplen(p, options.snaplen()));
    handle.check(library.pcap_set_promisc(p, 1));
    handle.check(library.pcap_set_timeout(p, options.timeoutMillis()));
    handle.check(library.pcap_set_immediate_mode(p, options.immediate() ? 1 : 0));
    handle.check(library.pcap_set_buffer_size(p, options.bufferSize()));
    handle.check(library.pcap_set_tstamp_precision(p, options.nanoseconds() ? 1 : 0));
    if (options.nonBlocking()) {
      handle.setNonBlocking(true);
    }
    handle.check(library.pcap_activate(p));
    return handle;
  }

  /** For calls that {@link Handle} has no words for. */
  Pointer pointer() {
    return handle;
  }

  private int check(int result) throws PcapFailure {
    if (result < 0) {
      throw new PcapFailure(result, library.pcap_geterr(handle));
    }
    return result;
  }

  /** A read: breakloop is no error. */
  private int checkRead(int result) throws PcapFailure {
    return result == BREAK ? result : check(result);
  }

  private Packet packet(Pointer header, Pointer bytes) {
    long unit = library.pcap_get_tstamp_precision(handle) == 1 ? 1 : 1000;
    long time = header.getLong(0) * 1_000_000_000 + header.getLong(8) * unit;
    return new Packet(bytes.getByteArray(0, header.getInt(CAPLEN_AT)), header.getInt(LEN_AT), time);
  }

  /** Takes what a handler throws out of the callback, where JNA would only print it. */
  private final class Callback implements LibPcap.Handler {
    private final Consumer<Packet> handler;
    private RuntimeException thrown;

    Callback(Consumer<Packet> handler) {
      this.handler = handler;
    }

    @Override
    public void packet(Pointer user, Pointer header, Pointer bytes) {
      try {
        handler.accept(CHandle.this.packet(header, bytes));
      } catch (RuntimeException e) {
        thrown = e;
        breakLoop();
      }
    }

    int result(int result) throws PcapFailure {
      if (thrown != null) {
        throw thrown;
      }
      return checkRead(result);
    }
  }

  @Override
  public int dispatch(int count, Consumer<Packet> handler) throws IOException {
    Callback callback = new Callback(handler);
    return callback.result(library.pcap_dispatch(handle, count, callback, null));
  }

  @Override
  public int loop(int count, Consumer<Packet> handler) throws IOException {
    Callback callback = new Callback(handler);
    return callback.result(library.pcap_loop(handle, count, callback, null));
  }

  @Override
  public int nextEx(Consumer<Packet> handler) throws IOException {
    PointerByReference header = new PointerByReference();
    PointerByReference bytes = new PointerByReference();
    int result = checkRead(library.pcap_next_ex(handle, header, bytes));
    if (result == 1) {
      handler.accept(packet(header.getValue(), bytes.getValue()));
    }
    return result;
  }

  @Override
  public Packet next() {
    try (Memory header = new Memory(HEADER_SIZE)) {
      Pointer bytes = library.pcap_next(handle, header);
      return bytes == null ? null : packet(header, bytes);
    }
  }

  /** Writes so many packets to a savefile; pcap_dump itself is the callback. */
  void dumpInto(Pointer dumper, int count) throws IOException {
    check(library.pcap_loop(handle, count, LibPcap.DUMP, dumper));
  }

  @Override
  public void breakLoop() {
    library.pcap_breakloop(handle);
  }

  @Override
  public void setNonBlocking(boolean nonBlocking) throws IOException {
    check(library.pcap_setnonblock(handle, nonBlocking ? 1 : 0, new byte[LibPcap.ERRBUF_SIZE]));
  }

  @Override
  public boolean isNonBlocking() throws IOException {
    return check(library.pcap_getnonblock(handle, new byte[LibPcap.ERRBUF_SIZE])) == 1;
  }

  @Override
  public void setFilter(String expression) throws IOException {
    try (Memory program = new Memory(PROGRAM_SIZE)) {
      check(library.pcap_compile(handle, program, expression, OPTIMIZE, -1));
      int result = library.pcap_setfilter(handle, program);
      library.pcap_freecode(program);
      check(result);
    }
  }

  @Override
  public void setDirection(Direction direction) throws IOException {
    int number =
        switch (direction) {
          case INOUT -> 0;
          case IN -> 1;
          case OUT -> 2;
        };
    check(library.pcap_setdirection(handle, number));
  }

  @Override
  public int inject(byte[] frame) throws IOException {
    return check(library.pcap_inject(handle, frame, frame.length));
  }

  @Override
  public Statistics statistics() throws IOException {
    int[] stats = new int[3];
    check(library.pcap_stats(handle, stats));
    return new Statistics(stats[0], stats[1]);
  }

  @Override
  public int snapshot() throws IOException {
    return check(library.pcap_snapshot(handle));
  }

  @Override
  public int datalink() throws IOException {
    return check(library.pcap_datalink(handle));
  }

  @Override
  public List<Integer> datalinks() throws IOException {
    PointerByReference list = new PointerByReference();
    int count = check(library.pcap_list_datalinks(handle, list));
    List<Integer> datalinks = new ArrayList<>();
    Arrays.stream(list.getValue().getIntArray(0, count)).forEach(datalinks::add);
    library.pcap_free_datalinks(list.getValue());
    return datalinks;
  }

  @Override
  public void setDatalink(int linktype) throws IOException {
    check(library.pcap_set_datalink(handle, linktype));
  }

  @Override
  public void close() {
    library.pcap_close(handle);
  }
}
