import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcapnetmap.pcap4j.NetmapPcap4j;

/** Has used pcap4j when it asks for rings; says what comes of it. */
public class LateInstall {
  public static void main(String[] args) throws Exception {
    open();
    try {
      NetmapPcap4j.install();
      System.out.println("installed");
    } catch (IllegalStateException e) {
      System.out.println("IllegalStateException: " + e.getMessage());
    }
    System.out.println(open());
  }

  private static String open() {
    try {
      new PcapHandle.Builder("vale0:late").build().close();
      return "opened";
    } catch (PcapNativeException e) {
      return e.getMessage().contains("No such device") ? "stock" : e.getMessage();
    } catch (LinkageError e) {
      return "stock"; // pcap4j 2 does not start on Linux
    }
  }
}
