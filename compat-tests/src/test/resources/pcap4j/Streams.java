import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.pcap4j.core.BpfProgram.BpfCompileMode;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapPacket;
import org.pcap4j.packet.UdpPacket;

/** Reads packets of a device as a stream, which only pcap4j 2 has, and says what they are. */
public class Streams {
  public static void main(String[] args) throws Exception {
    Instant start = Instant.now().minusSeconds(60);
    PcapHandle handle = new PcapHandle.Builder(args[0]).snaplen(65536).timeoutMillis(10).build();
    handle.setFilter("udp dst port 53", BpfCompileMode.OPTIMIZE);
    System.out.println("listening");
    try (Stream<PcapPacket> packets = handle.stream()) {
      List<PcapPacket> some =
          packets.limit(Integer.parseInt(args[1])).collect(Collectors.toList());
      for (PcapPacket packet : some) {
        boolean now = packet.getTimestamp().isAfter(start);
        String port = packet.get(UdpPacket.class).getHeader().getDstPort().valueAsString();
        System.out.println(packet.getOriginalLength() + " bytes to " + port + ", now " + now);
      }
    }
    handle.close();
    System.out.println("closed");
  }
}
