package org.pcapnetmap.netmap;

import java.nio.ByteBuffer;

/**
 * Error numbers that the device returns, as Linux numbers them on x86-64 and aarch64, and the
 * exceptions that stand for them when an open fails.
 */
final class DeviceError {
  static final int EINTR = 4;
  static final int ENXIO = 6;
  static final int E2BIG = 7;
  static final int EBADF = 9;
  static final int ENOMEM = 12;
  static final int EACCES = 13;
  static final int EBUSY = 16;
  static final int ENODEV = 19;
  static final int EINVAL = 22;
  static final int ENOSPC = 28;
  static final int ENOSYS = 38;
  static final int EPROTO = 71;
  static final int ENOTSUP = 95;
  static final int ETIMEDOUT = 110;
  static final int EPERM = 1;
  static final int EMSGSIZE = 90;
  static final int ENETDOWN = 100;

  private DeviceError() {}

  /** Passes a result on, or throws what the error structure says. */
  static int check(int result, ByteBuffer error) throws NetmapException {
    if (result >= 0) {
      return result;
    }
    throw exception(-result, text(error));
  }

  /** The same for an open, where one number stands for a bad name and for bad options. */
  static int checkOpen(String spec, int result, ByteBuffer error) throws NetmapException {
    if (result == -EINVAL && !PortName.isWellFormed(spec)) {
      throw new BadPortNameException(EINVAL, text(error));
    }
    return check(result, error);
  }

  private static String text(ByteBuffer error) {
    return NativeStruct.text(error, ErrorLayout.TEXT_OFFSET, ErrorLayout.TEXT_SIZE);
  }

  /** The exception for a failed call on an open port, where the numbers mean other things. */
  static NetmapException ofCall(int errno, String what) {
    return switch (errno) {
      case EINVAL ->
          new NetmapException(
              errno,
              what
                  + ": a ring's head or cur was outside of the program's slots and has been put"
                  + " back; move them from head up to tail only");
      case EBADF ->
          new NetmapException(
              errno,
              what
                  + ": the program has closed the port's descriptor, and with it the opening; close"
                  + " only descriptors that are the program's own, and open the port again");
      case EBUSY ->
          new PortBusyException(
              errno,
              what
                  + ": another thread or process is using the same rings and does not go on; try"
                  + " again after it");
      case ENOMEM ->
          new NoRoomException(
              errno, what + ": out of memory; end other programs or raise the memory limit");
      case ENODEV, ENXIO, ENETDOWN, EMSGSIZE ->
          new NetmapException(errno, what + ": " + ofInterface(errno));
      case ENOTSUP ->
          new NetmapException(
              errno, what + ": a monitor only reads; open the port without /r, /t and /z to send");
      default ->
          new NetmapException(
              errno,
              what
                  + ": the device reports error "
                  + errno
                  + ", which errno(3) names; close the port and open it again");
    };
  }

  private static String ofInterface(int errno) {
    return switch (errno) {
      case ENODEV, ENXIO -> "the interface disappeared; open the port again when it is back";
      case ENETDOWN -> "Network is down; set the interface up with \"ip link set\"";
      default -> "Message too long; the interface's MTU and an Ethernet header is the most";
    };
  }

  /** The exception for a failed open or list. */
  private static NetmapException exception(int errno, String text) {
    return switch (errno) {
      case EINVAL -> new BadOptionException(errno, text);
      case EBUSY -> new PortBusyException(errno, text);
      case ENOSPC -> new SwitchFullException(errno, text);
      case ENOMEM -> new NoRoomException(errno, text);
      case E2BIG -> new RingTooLargeException(errno, text);
      case EACCES, EPERM -> new PermissionException(errno, text);
      case ENOTSUP -> new NotTmpfsException(errno, text);
      case EPROTO -> new IncompatibleSwitchException(errno, text);
      case ENODEV -> new NoSuchPortException(errno, text);
      case ETIMEDOUT -> new SwitchLockedException(errno, text);
      default -> new NetmapException(errno, text);
    };
  }
}
