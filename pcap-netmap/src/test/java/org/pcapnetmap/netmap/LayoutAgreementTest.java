package org.pcapnetmap.netmap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Field;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The offsets that Java reads are the offsets that the C compiler laid out, none more, none less.
 */
final class LayoutAgreementTest {
  private static final String OFFSET = "_OFFSET";

  static Stream<Arguments> structures() {
    return Stream.of(
        Arguments.of("netmap_slot", SlotLayout.class),
        Arguments.of("netmap_ring", RingLayout.class),
        Arguments.of("netmap_if", InterfaceLayout.class),
        Arguments.of("nmd_arrival", ArrivalLayout.class),
        Arguments.of("nmd_region", RegionLayout.class),
        Arguments.of("nmd_options", OptionsLayout.class),
        Arguments.of("nmd_error", ErrorLayout.class),
        Arguments.of("nmd_insn", InstructionLayout.class),
        Arguments.of("nmd_stats", StatisticsLayout.class),
        Arguments.of("nmd_info", InfoLayout.class),
        Arguments.of("nmd_pair", PairLayout.class),
        Arguments.of("nmd_logged", LoggedErrorLayout.class));
  }

  @ParameterizedTest
  @MethodSource("structures")
  void javaAndTheCompilerAgree(String structure, Class<?> layout) throws Exception {
    assertEquals(compiled(structure), declared(layout));
  }

  private static Map<String, Integer> compiled(String structure) throws NetmapException {
    Map<String, Integer> offsets = new TreeMap<>();
    DeviceLoader.require();
    for (String line : DeviceLibrary.nmd_layout().getString(0).split("\n")) {
      String[] words = line.split("[ .]");
      if (words[0].equals(structure)) {
        String member = words.length == 2 ? "sizeof" : words[1];
        offsets.put(member, Integer.valueOf(words[words.length - 1]));
      }
    }
    return offsets;
  }

  private static Map<String, Integer> declared(Class<?> layout) throws IllegalAccessException {
    Map<String, Integer> offsets = new TreeMap<>();
    for (Field field : layout.getDeclaredFields()) {
      String name = field.getName();
      field.setAccessible(true);
      if (name.endsWith(OFFSET)) {
        String member = name.substring(0, name.length() - OFFSET.length());
        offsets.put(member.toLowerCase(Locale.ROOT), field.getInt(null));
      } else if (name.equals("SIZE")) {
        offsets.put("sizeof", field.getInt(null));
      }
    }
    return offsets;
  }
}
