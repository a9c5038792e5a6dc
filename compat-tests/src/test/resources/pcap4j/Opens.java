import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.Pcaps;

/**
 * Says whether a device can be opened: "opened", or "stock" where libpcap knows none of the name;
 * with a second argument also whether it is found by its name, and in the list.
 */
public class Opens {
  public static void main(String[] args) throws Exception {
    String where = args.length > 1 ? found(args[0]) + listed(args[0]) : "";
    System.out.println(open(args[0]) + where);
  }

  private static String found(String device) throws PcapNativeException {
    return Pcaps.getDevByName(device) == null ? "" : " found";
  }

  private static String listed(String device) throws PcapNativeException {
    return Pcaps.findAllDevs().stream().anyMatch(each -> each.getName().equals(device))
        ? " listed"
        : "";
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
