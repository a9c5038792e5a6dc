package org.pcapnetmap.compat.contract;

import com.sun.jna.ptr.IntByReference;
import java.io.IOException;
import java.util.List;

/** An end of a veth pair; frames are sent and taken at the other end by stock libpcap. */
final class VethNetwork implements Network {
  private static final int MTU = 1500;
  private static final int ETHERNET_HEADER = 14;

  private static final int SOL_SOCKET = 1;
  private static final int SO_SNDBUFFORCE = 32;

  /** Of frames that nobody has read, and that the kernel's netmap leaves in the sender's name. */
  private static final int UNREAD_BYTES = 1 << 22;

  private final VethPair pair = VethPair.shared();
  private final CHandle wire;

  VethNetwork() throws IOException {
    wire = inside(() -> CHandle.open(LibPcap.stock(), VethPair.FAR, Options.NONBLOCKING));
    wire.setDirection(Handle.Direction.IN);
    int socket = LibPcap.stock().pcap_fileno(wire.pointer());
    LibC.C.setsockopt(
        socket, SOL_SOCKET, SO_SNDBUFFORCE, new IntByReference(UNREAD_BYTES), Integer.BYTES);
  }

  @Override
  public String device() {
    return VethPair.NEAR;
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
  public List<String> launcher() {
    return List.of("nsenter", "-n", "-t", Long.toString(pair.holder()));
  }

  @Override
  public void send(List<byte[]> frames) throws IOException {
    try (OneProcessor one = new OneProcessor()) {
      for (byte[] frame : frames) {
        wire.inject(frame);
      }
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
