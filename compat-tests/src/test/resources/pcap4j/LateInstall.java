import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.Pcaps;
import org.pcapnetmap.pcap4j.NetmapPcap4j;

/** Has used pcap4j when it asks for rings; says what comes of it. */
public class LateInstall {
  public static void main(String[] args) throws Exception {
    open();
    System.out.println(install());
    System.out.println(open());
    System.out.println(find());
    System.out.println(install());
  }

  private static String install() {
    try {
      NetmapPcap4j.install();
      return "installed";
    } catch (IllegalStateException e) {
      return "IllegalStateException: " + e.getMessage();
    }
  }

  private static String find() throws PcapNativeException {
    try {
      return Pcaps.getDevByName("vale0:late") == null ? "stock" : "found";
    } catch (LinkageError e) {
      return "stock"; // pcap4j 2 does not start on Linux
    }
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
