package org.pcapnetmap.compat.contract;

import java.io.IOException;
import java.util.List;

/** An end of a veth pair; frames are sent and taken at the other end by stock libpcap. */
final class VethNetwork implements Network {
  private static final int MTU = 1500;
  private static final int ETHERNET_HEADER = 14;

  private final VethPair pair = VethPair.shared();
  private final CHandle wire;

  VethNetwork() throws IOException {
    wire = inside(() -> CHandle.open(LibPcap.stock(), VethPair.FAR, Options.NONBLOCKING));
    wire.setDirection(Handle.Direction.IN);
  }

  @Override
  public String device() {
    return VethPair.NEAR;
  }

  /** A process in the interface's namespace. */
  long holder() {
    return pair.holder();
  }

  @Override
  public int ifindex() throws IOException {
    return inside(() -> LibC.C.if_nametoindex(VethPair.NEAR));
  }

  @Override
  public String missingDevice() {
    return "contract9";
  }

  @Override
  public int longestFrame() {
    return MTU + ETHERNET_HEADER;
  }

  @Override
  public <T> T inside(Opening<T> opening) throws IOException {
    return pair.inside(opening);
  }

  @Override
  public void send(List<byte[]> frames) throws IOException {
    for (byte[] frame : frames) {
      wire.inject(frame);
    }
  }

  @Override
  public byte[] receive() {
    Packet packet = wire.next();
    return packet == null ? null : packet.bytes();
  }

  @Override
  public void close() {
    wire.close();
  }
}
