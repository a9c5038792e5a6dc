package org.pcapnetmap.netmap;

import java.util.regex.Pattern;

/** The form of the names that the device opens; the device alone decides whether it opens one. */
final class PortName {
  private static final int PREFIX_LENGTH = "vale".length();

  // Each letter once, in any order.
  private static final String MONITOR = "(?!.*(r.*r|t.*t|z.*z))[rtz]+";

  // Both names end with a zero byte in the fields that hold them.
  private static final Pattern FORM =
      Pattern.compile(
          ("netmap:[0-9A-Za-z_.-]{1,15}(/x|/%3$s)?|"
                  + "netmap:(?=[^/]{1,%2$d}(/|$))[0-9A-Za-z_.-]+[{}][0-9A-Za-z_.-]+"
                  + "(/(x|x?[RT]|[RT]x|%3$s))?|"
                  + "vale[0-9A-Za-z]{0,%1$d}:(?=[^/]{1,%2$d}(/|$))"
                  + "(\\*(/x)?|[0-9A-Za-z_.-]+([{}][0-9A-Za-z_.-]+)?"
                  + "(/(x|x?[RT]|[RT]x|%3$s))?)")
              .formatted(
                  InfoLayout.SWITCH_NAME_SIZE - 1 - PREFIX_LENGTH,
                  InfoLayout.PORT_NAME_SIZE - 1,
                  MONITOR));

  private PortName() {}

  static boolean isWellFormed(String spec) {
    return FORM.matcher(spec).matches();
  }
}
