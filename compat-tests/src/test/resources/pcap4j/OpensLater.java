/** Does what Opens does when a line has been typed; before, it has used pcap4j, loaded it, or not. */
public class OpensLater {
  public static void main(String[] args) throws Exception {
    if (args[0].equals("used")) {
      Opens.main(new String[] {args[1]});
    } else if (args[0].equals("loaded")) {
      Class.forName("org.pcap4j.core.PcapHandle", false, OpensLater.class.getClassLoader());
    }
    System.out.println("ready");
    System.in.read();
    Opens.main(new String[] {args[1]});
  }
}
