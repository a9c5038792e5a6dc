package org.pcapnetmap.compat.tools;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;

/**
 * What a Java program does that loads libpcap itself: opens the first argument, starts children,
 * and prints how long as many packets are as the second says.
 */
final class JnaCapture {
  private static final NativeLibrary PCAP = NativeLibrary.getInstance("pcap");

  private JnaCapture() {}

  /** The agent that stands for the pcap4j adapter's in {@link JvmTest}: it does nothing. */
  public static void premain(String arguments) {}

  public static void main(String[] args) throws Exception {
    Memory why = new Memory(256);
    Pointer handle =
        call("pcap_open_live").invokePointer(new Object[] {args[0], 65535, 1, 100, why});
    if (handle == null) {
      System.out.println(why.getString(0));
      return;
    }
    startChildren();
    System.out.println("opened");
    for (int i = 0; i < Integer.parseInt(args[1]); i++) {
      System.out.println(next(handle));
    }
    call("pcap_close").invokeVoid(new Object[] {handle});
  }

  private static Function call(String name) {
    return PCAP.getFunction(name);
  }

  /** They close and duplicate descriptors, in this process's memory until they are others. */
  private static void startChildren() throws Exception {
    for (int i = 0; i < 10; i++) {
      int code = new ProcessBuilder("true").redirectErrorStream(true).start().waitFor();
      if (code != 0) {
        throw new IllegalStateException("true ended with " + code);
      }
    }
  }

  private static int next(Pointer handle) {
    PointerByReference header = new PointerByReference();
    PointerByReference bytes = new PointerByReference();
    int result = call("pcap_next_ex").invokeInt(new Object[] {handle, header, bytes});
    return result == 1 ? header.getValue().getInt(20) : -result;
  }
}
