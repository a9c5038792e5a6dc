package org.pcapnetmap.netmap;

/** Opens the port that is its argument, says how that went, and holds it until its input ends. */
final class OpenProgram {
  static final String OPEN = "open";

  private OpenProgram() {}

  public static void main(String[] args) throws Exception {
    try (NetmapPort port = NetmapPort.open(args[0])) {
      System.out.println(OPEN);
      System.in.transferTo(System.out);
    } catch (NetmapException e) {
      System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }
}
