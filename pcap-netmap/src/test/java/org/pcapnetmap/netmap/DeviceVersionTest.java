package org.pcapnetmap.netmap;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DeviceVersionTest {
  @Test
  void aMinorDifferenceWorks() {
    assertDoesNotThrow(() -> DeviceVersion.check("0.1.0 abi 14 layout 5.0"));
    assertDoesNotThrow(() -> DeviceVersion.check("3.0.1-rc1 abi 14 layout 5.25"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.1.0 abi 15 layout 5.0", "0.1.0 abi 14 layout 4.1", "0.1.0", ""})
  void aMajorDifferenceIsAnErrorThatNamesBoth(String version) {
    Error error = assertThrows(UnsatisfiedLinkError.class, () -> DeviceVersion.check(version));
    assertTrue(error.getMessage().contains('"' + version + '"'), error.getMessage());
    assertTrue(error.getMessage().contains("abi 14 layout 5.x"), error.getMessage());
  }
}
