package org.pcapnetmap.compat.tools;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Unmodified bittwist: it sends by pcap_sendpacket, on a port's own name. */
class BittwistTest extends PlaceTest {
  private static final List<byte[]> FRAMES = Frames.mixed(500);

  @TempDir private Path folder;

  @Test
  void everyFrameArrives() throws Exception {
    Tools.assumeInstalled("bittwist");
    Path file = Savefiles.write(folder.resolve("sent.pcap"), FRAMES);
    try (Peer peer = net.peer("peer");
        RunningTool bittwist =
            net.nmrun("bittwist", "-i", net.port("1"), "-m", "0", file.toString())) {
      end(bittwist);
      Received.assertFrames(FRAMES, Place.await(peer, FRAMES.size()));
    }
  }
}
