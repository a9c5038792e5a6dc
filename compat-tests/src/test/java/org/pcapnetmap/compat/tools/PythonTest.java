package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Python that loads libpcap by ctypes and starts children, by vfork, while a port is open. */
@Tag("interface")
@Timeout(180)
class PythonTest {
  private static final String PYTHON = "/usr/bin/python3";

  private static final String SCRIPT =
      """
      import ctypes, ctypes.util, subprocess, sys
      pcap = ctypes.CDLL(ctypes.util.find_library('pcap'))
      pcap.pcap_open_live.restype = ctypes.c_void_p
      pcap.pcap_next.restype = ctypes.POINTER(ctypes.c_ubyte)
      pcap.pcap_next.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
      why = ctypes.create_string_buffer(256)
      handle = pcap.pcap_open_live(sys.argv[1].encode(), 65535, 1, 100, why)
      assert handle, why.value
      for i in range(20):
          subprocess.run(['true'], check=True)
          subprocess.run(['true'], check=True, close_fds=False, stdin=subprocess.DEVNULL)
      print('opened', flush=True)
      header = (ctypes.c_uint32 * 6)()
      for i in range(4):
          assert pcap.pcap_next(handle, header)
          print(header[5])
      pcap.pcap_close(ctypes.c_void_p(handle))
      """;

  @Test
  void capturesBesideItsChildren() throws Exception {
    Tools.assumeInstalled("python3");
    try (Place net = Place.ofThisRun();
        RunningTool python = net.nmrun(PYTHON, "-c", SCRIPT, net.port("1"))) {
      python.awaitText("opened");
      net.send(Frames.mixed(4));
      assertEquals(0, python.exitCode(), python::toString);
      assertEquals(List.of("opened", "60", "97", "134", "171"), python.out(), python::toString);
      net.assertNobodyLeft();
    }
  }
}
