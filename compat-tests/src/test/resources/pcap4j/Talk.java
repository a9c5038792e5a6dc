import java.util.concurrent.atomic.AtomicInteger;
import org.pcap4j.core.BpfProgram.BpfCompileMode;
import org.pcap4j.core.PacketListener;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNetworkInterface;
import org.pcap4j.core.PcapNetworkInterface.PromiscuousMode;
import org.pcap4j.core.Pcaps;
import org.pcap4j.packet.UdpPacket;

/** Reads UDP packets from one port of the device, then answers with one of them. */
public class Talk {
  public static void main(String[] args) throws Exception {
    PcapNetworkInterface device = Pcaps.getDevByName(args[0]);
    if (device == null) {
      System.out.println("no device " + args[0]);
      return;
    }
    int count = Integer.parseInt(args[1]);
    PcapHandle handle = device.openLive(65536, PromiscuousMode.PROMISCUOUS, 10);
    handle.setFilter("udp dst port 53", BpfCompileMode.OPTIMIZE);
    System.out.println("opened");
    AtomicInteger bytes = new AtomicInteger();
    byte[][] last = new byte[1][];
    PacketListener listener =
        packet -> {
          if (packet.get(UdpPacket.class) == null) {
            System.out.println("no UDP: " + packet);
          }
          last[0] = packet.getRawData();
          bytes.addAndGet(packet.length());
        };
    handle.loop(count, listener);
    handle.sendPacket(last[0]);
    long received = handle.getStats().getNumPacketsReceived();
    handle.close();
    String seen = bytes.get() + " bytes, " + received + " packets";
    System.out.println(seen + ", " + handle.isOpen() + ", " + last[0].length);
  }
}
