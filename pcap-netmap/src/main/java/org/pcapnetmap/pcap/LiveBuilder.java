package org.pcapnetmap.pcap;

import java.util.Objects;
import org.pcapnetmap.netmap.Direction;
import org.pcapnetmap.netmap.NetmapException;
import org.pcapnetmap.netmap.NetmapPort;
import org.pcapnetmap.netmap.PortOptions;

/** How to open a port; see {@link PcapHandle#live}. What is not said has libpcap's default. */
public final class LiveBuilder {
  private final String port;
  private PortOptions rings = PortOptions.capture();
  private int snaplen = PcapHandle.MAX_SNAPLEN;
  private TimePrecision precision = TimePrecision.NANO;
  private Direction direction = Direction.INOUT;
  private boolean nonBlocking;

  LiveBuilder(String port) {
    this.port = Objects.requireNonNull(port, "port");
  }

  /**
   * Sets the most bytes to take of a packet.
   *
   * @param bytes whole packets when 0 or less, or more than {@link PcapHandle#MAX_SNAPLEN}
   * @return this builder
   */
  public LiveBuilder snaplen(int bytes) {
    boolean whole = bytes <= 0 || bytes > PcapHandle.MAX_SNAPLEN;
    snaplen = whole ? PcapHandle.MAX_SNAPLEN : bytes;
    return this;
  }

  /**
   * Sets how long a packet may wait for more of its kind. Packets are handed out at once here,
   * which every such time allows, so that only the sign counts: a negative time is another way to
   * say {@link #nonBlocking}. For reads that end after a time see {@link LiveHandle#dispatch(int,
   * PacketHandler, long)}.
   *
   * @param millis milliseconds
   * @return this builder
   */
  public LiveBuilder timeout(int millis) {
    nonBlocking |= millis < 0;
    return this;
  }

  /**
   * Asks for packets as soon as they come, which is what happens anyway.
   *
   * @param immediate whether to
   * @return this builder
   */
  public LiveBuilder immediate(boolean immediate) {
    return this;
  }

  /**
   * Sets how many bytes of unread packets there is room for, as libpcap does: so many bytes hold as
   * many packets of 60 bytes here as there (13,797 in 2 MiB), unless that takes more memory than 32
   * MiB and four times as many bytes, or than a quarter of what the tmpfs has left. From 2 MiB on
   * there are 4096 slots at least, if these fit.
   *
   * @param bytes 0 for the default; of no account if {@link #slots} are set
   * @return this builder
   */
  public LiveBuilder bufferSize(int bytes) {
    rings = rings.withRxRoom(Math.max(0, bytes));
    return this;
  }

  /**
   * Sets how many unread packets there is room for.
   *
   * @param count slots of the receive ring, 16 to 262144; 0 for the default, 4096
   * @return this builder
   */
  public LiveBuilder slots(int count) {
    rings = rings.withRxSlots(count);
    return this;
  }

  /**
   * Sets how many packets can be queued for sending.
   *
   * @param count slots of the transmit ring, 16 to 262144; 0 for the default, 256
   * @return this builder
   */
  public LiveBuilder sendSlots(int count) {
    rings = rings.withTxSlots(count);
    return this;
  }

  /**
   * Sets how many bytes a slot holds; longer packets take several.
   *
   * @param bytes a multiple of 64 from 64 to 65536; 0 for the default, 2112
   * @return this builder
   */
  public LiveBuilder slotSize(int bytes) {
    rings = rings.withBufferSize(bytes);
    return this;
  }

  /**
   * Sets how fine the times of packets are.
   *
   * @param newPrecision nanoseconds if not set
   * @return this builder
   */
  public LiveBuilder precision(TimePrecision newPrecision) {
    precision = Objects.requireNonNull(newPrecision, "precision");
    return this;
  }

  /**
   * Sets which packets to see.
   *
   * @param newDirection both if not set
   * @return this builder
   */
  public LiveBuilder direction(Direction newDirection) {
    direction = Objects.requireNonNull(newDirection, "direction");
    return this;
  }

  /**
   * Sets whether an interface is to take frames to other stations' addresses, too. A port of a
   * switch gets what is flooded and what is for the addresses it sends from, and no more.
   *
   * @param promiscuous whether to; not if not set
   * @return this builder
   */
  public LiveBuilder promiscuous(boolean promiscuous) {
    rings = rings.withPromiscuous(promiscuous);
    return this;
  }

  /**
   * Sets whether reads return when nothing is there.
   *
   * @param newNonBlocking whether they do
   * @return this builder
   */
  public LiveBuilder nonBlocking(boolean newNonBlocking) {
    nonBlocking = newNonBlocking;
    return this;
  }

  /**
   * Opens the port's own rings and not a private copy of its traffic: what others who have it open
   * so read is not seen here. Times are 0, filters are the port's.
   *
   * @return this builder
   */
  public LiveBuilder raw() {
    rings =
        PortOptions.raw()
            .withPromiscuous(rings.promiscuous())
            .withRxSlots(rings.rxSlots())
            .withRxRoom(rings.rxRoom())
            .withTxSlots(rings.txSlots())
            .withBufferSize(rings.bufferSize());
    return this;
  }

  /**
   * Opens the port.
   *
   * @return the handle
   * @throws NetmapException of the subclass that tells why it cannot be opened
   */
  public LiveHandle open() throws NetmapException {
    NetmapPort opened = NetmapPort.open(port, rings);
    try {
      restrict(opened);
      return new LiveHandle(opened, snaplen, precision, nonBlocking);
    } catch (NetmapException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private void restrict(NetmapPort opened) throws NetmapException {
    if (snaplen < PcapHandle.MAX_SNAPLEN) {
      opened.setSnapLength(snaplen);
    }
    if (direction != Direction.INOUT) {
      opened.setDirection(direction);
    }
  }
}
