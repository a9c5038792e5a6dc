package org.pcapnetmap.cli.send;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.pcapnetmap.cli.UsageException;

/**
 * Where generated frames come from or go to.
 *
 * @param mac link-layer address, 48 bits
 * @param ip IPv4 address, 32 bits
 * @param port UDP port
 */
record Endpoint(long mac, int ip, int port) {
  private static final long BROADCAST = 0xffff_ffff_ffffL;

  /** Addresses for benchmarks (RFC 2544) and the discard port: traffic for nobody in earnest. */
  private static final int SOURCE_IP = 198 << 24 | 18 << 16 | 1;

  private static final int DESTINATION_IP = 198 << 24 | 19 << 16 | 1;
  private static final int DISCARD = 9;

  private static final Pattern MAC = Pattern.compile("\\p{XDigit}{1,2}(:\\p{XDigit}{1,2}){5}");
  private static final Pattern IP =
      Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})(?::(\\d{1,5}))?");
  private static final int HEX = 16;
  private static final int MAX_OCTET = 255;
  private static final int MAX_PORT = 65_535;

  /** Where generated frames come from unless told otherwise. */
  static Endpoint source(long mac) {
    return new Endpoint(mac, SOURCE_IP, DISCARD);
  }

  /** Where generated frames go unless told otherwise: to all ports. */
  static Endpoint everybody() {
    return new Endpoint(BROADCAST, DESTINATION_IP, DISCARD);
  }

  /**
   * Understands {@code MAC}, {@code IP}, {@code IP:PORT} or {@code MAC,IP:PORT}; what is not given
   * is taken from this endpoint.
   */
  Endpoint with(String option, String text) throws UsageException {
    Endpoint result = this;
    for (String part : text.split(",", -1)) {
      result = result.withPart(option, part);
    }
    return result;
  }

  private Endpoint withPart(String option, String part) throws UsageException {
    if (MAC.matcher(part).matches()) {
      return new Endpoint(parseMac(part), ip, port);
    }
    Matcher matcher = IP.matcher(part);
    if (!matcher.matches()) {
      throw new UsageException(
          "--" + option + " '" + part + "' is not a MAC address, IPv4 address or IPv4:port");
    }
    int address = 0;
    for (int octet = 1; octet <= Integer.BYTES; octet++) {
      address = address << Byte.SIZE | number(option, matcher.group(octet), MAX_OCTET);
    }
    String portText = matcher.group(Integer.BYTES + 1);
    return new Endpoint(mac, address, portText == null ? port : number(option, portText, MAX_PORT));
  }

  private static long parseMac(String text) {
    long mac = 0;
    for (String octet : text.split(":")) {
      mac = mac << Byte.SIZE | Integer.parseInt(octet, HEX);
    }
    return mac;
  }

  private static int number(String option, String text, int most) throws UsageException {
    int number = Integer.parseInt(text);
    if (number > most) {
      throw new UsageException("--" + option + " '" + text + "' is more than " + most);
    }
    return number;
  }
}
