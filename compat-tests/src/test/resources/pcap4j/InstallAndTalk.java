import org.pcapnetmap.pcap4j.NetmapPcap4j;

/** Puts rings under pcap4j, then does what Talk does. */
public class InstallAndTalk {
  public static void main(String[] args) throws Exception {
    NetmapPcap4j.install();
    NetmapPcap4j.install();
    Talk.main(args);
  }
}
