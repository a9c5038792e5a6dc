package org.pcapnetmap.netmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DeviceErrorTest {
  @ParameterizedTest
  @CsvSource({
    "22, BadOptionException",
    "16, PortBusyException",
    "28, SwitchFullException",
    "12, NoRoomException",
    "7, RingTooLargeException",
    "13, PermissionException",
    "95, NotTmpfsException",
    "71, IncompatibleSwitchException",
    "19, NoSuchPortException",
    "110, SwitchLockedException",
    "5, NetmapException",
  })
  void eachReasonHasItsType(int errno, String type) {
    NetmapException e =
        assertThrows(NetmapException.class, () -> DeviceError.check(-errno, error("vale0:1: no")));
    assertEquals(type, e.getClass().getSimpleName());
    assertEquals(errno, e.errno());
    assertEquals("vale0:1: no", e.getMessage());
  }

  @Test
  void aTextThatFillsItsFieldIsTakenWhole() {
    String text = "x".repeat(ErrorLayout.TEXT_SIZE);
    NetmapException e =
        assertThrows(NetmapException.class, () -> DeviceError.check(-5, error(text)));
    assertEquals(text, e.getMessage());
  }

  @Test
  void aResultThatIsNoErrorIsPassedOn() throws NetmapException {
    assertEquals(3, DeviceError.check(3, error("")));
  }

  @ParameterizedTest
  @CsvSource({
    "vale0:1, BadOptionException",
    "vale:a/x, BadOptionException",
    "vale12345678901:abcdefghijklmnopqrstuvwxyz_.-12, BadOptionException",
    "vale0:*, BadOptionException",
    "vale123456789012:a, BadPortNameException",
    "vale0:abcdefghijklmnopqrstuvwxyz_.-123, BadPortNameException",
    "vale0:a/y, BadPortNameException",
    "vale0:a{, BadPortNameException",
    "vale0:a{1}2, BadPortNameException",
    "vale0:a/rx, BadPortNameException",
    "vale0:a{1, BadOptionException",
    "vale0:a}1/x, BadOptionException",
    "vale0:a{1/rtz, BadOptionException",
    "vale0:a/z, BadOptionException",
    "vale0:ztrr/ztr, BadOptionException",
    "netmap:eth0/zr, BadOptionException",
    "netmap:eth0{1/z, BadOptionException",
    "vale0:a/zz, BadPortNameException",
    "vale0:a/zx, BadPortNameException",
    "vale0:a/rztr, BadPortNameException",
    "vale0:a-1/xT, BadOptionException",
    "vale0:a{1-0/R, BadOptionException",
    "vale0:a/RT, BadPortNameException",
    "vale_:a, BadPortNameException",
    "eth0, BadPortNameException",
  })
  void anOpenTellsBadNamesFromBadOptions(String spec, String type) {
    NetmapException e =
        assertThrows(
            NetmapException.class, () -> DeviceError.checkOpen(spec, -22, error("vale0:1: no")));
    assertEquals(type, e.getClass().getSimpleName());
    assertEquals("vale0:1: no", e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "22, NetmapException, has been put back",
    "9, NetmapException, has closed the port's descriptor",
    "16, PortBusyException, using the same rings",
    "12, NoRoomException, out of memory",
    "71, NetmapException, error 71",
  })
  void aFailedCallSaysTheReasonAndTheRemedy(int errno, String type, String reason) {
    NetmapException e = DeviceError.ofCall(errno, "vale0:1: cannot wait");
    assertEquals(type, e.getClass().getSimpleName());
    assertEquals(errno, e.errno());
    String text = e.getMessage();
    assertEquals(1, text.lines().count(), text);
    assertTrue(text.startsWith("vale0:1: cannot wait: "), text);
    int found = text.indexOf(reason);
    assertTrue(found > 0 && text.indexOf("; ") > found, text);
  }

  private static ByteBuffer error(String text) {
    ByteBuffer struct = NativeStruct.allocate(ErrorLayout.SIZE);
    struct.put(ErrorLayout.TEXT_OFFSET, text.getBytes(StandardCharsets.UTF_8));
    return struct;
  }
}
