package org.pcapnetmap.cli.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pcapnetmap.cli.UsageException;

/** Addresses on the command line. */
class EndpointTest {
  private static final Endpoint DEFAULT = new Endpoint(1, 2, 3);

  @Test
  void takesWhatIsGivenAndKeepsTheRest() throws Exception {
    assertEquals(new Endpoint(0x0a0b0c0d0e0fL, 2, 3), DEFAULT.with("src", "a:b:c:d:e:f"));
    assertEquals(new Endpoint(1, 0x0a0000ff, 3), DEFAULT.with("src", "10.0.0.255"));
    assertEquals(new Endpoint(1, 0xc0000201, 65_535), DEFAULT.with("src", "192.0.2.1:65535"));
    assertEquals(
        new Endpoint(0x02000000000aL, 0xc0000201, 53),
        DEFAULT.with("src", "02:00:00:00:00:0A,192.0.2.1:53"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        "a:b:c:d:e",
        "a:b:c:d:e:f:0",
        "100:b:c:d:e:f",
        "1.2.3",
        "1.2.3.256",
        "1.2.3.4:",
        "1.2.3.4:65536",
        "host",
        "::1"
      })
  void refusesWhatIsNoAddress(String text) {
    assertThrows(UsageException.class, () -> DEFAULT.with("src", text));
  }
}
