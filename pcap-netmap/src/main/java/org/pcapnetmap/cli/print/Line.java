package org.pcapnetmap.cli.print;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** Lines of ASCII text under construction; grows as needed, and is used again after each write. */
final class Line {
  private static final int INITIAL = 64 << 10;
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  private byte[] text = new byte[INITIAL];
  private int length;

  int length() {
    return length;
  }

  Line add(char character) {
    room(1);
    text[length++] = (byte) character;
    return this;
  }

  Line add(String ascii) {
    room(ascii.length());
    for (int i = 0; i < ascii.length(); i++) {
      text[length++] = (byte) ascii.charAt(i);
    }
    return this;
  }

  /** Adds a number that is not negative. */
  Line add(long number) {
    return padded(number, digits(number));
  }

  /** Adds a number with zeroes before it, in so many digits. */
  Line padded(long number, int digits) {
    room(digits);
    long rest = number;
    for (int i = length + digits - 1; i >= length; i--) {
      text[i] = HEX[(int) (rest % 10)];
      rest /= 10;
    }
    length += digits;
    return this;
  }

  private static int digits(long number) {
    int digits = 1;
    for (long rest = number / 10; rest > 0; rest /= 10) {
      digits++;
    }
    return digits;
  }

  /** Adds a number in hexadecimal, with zeroes before it, in so many digits. */
  Line hex(int number, int digits) {
    room(digits);
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
      text[length++] = HEX[number >> shift & 0xf];
    }
    return this;
  }

  /** Adds a number in hexadecimal without zeroes before it. */
  Line hex(int number) {
    int digits = 1;
    while (digits < Integer.BYTES * 2 && number >>> (4 * digits) != 0) {
      digits++;
    }
    return hex(number, digits);
  }

  private void room(int more) {
    if (text.length - length < more) {
      text = Arrays.copyOf(text, Math.max(2 * text.length, length + more));
    }
  }

  void writeTo(OutputStream out) throws IOException {
    int pending = length;
    length = 0;
    out.write(text, 0, pending);
  }
}
