import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;

/** Says whether a device can be opened: "opened", or "stock" where libpcap knows none of the name. */
public class Opens {
  public static void main(String[] args) throws Exception {
    System.out.println(open(args[0]));
  }

  private static String open(String device) throws Exception {
    try {
      new PcapHandle.Builder(device).build().close();
      return "opened";
    } catch (PcapNativeException e) {
      return e.getMessage().contains("No such device") ? "stock" : e.getMessage();
    }
  }
}
