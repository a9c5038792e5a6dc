package org.pcapnetmap.pcap;

/**
 * Where things lie in a pcap savefile, version 2.4. All words are in the byte order of the machine
 * that wrote the file; the magic tells which.
 *
 * <pre>
 *  file header                             record header
 *  0 +-----------------------------+      0 +-----------------------------+
 *    | magic                       |        | seconds since 1970          |
 *  4 +--------------+--------------+      4 +-----------------------------+
 *    | major 2      | minor 4      |        | micro- or nanoseconds       |
 *  8 +--------------+--------------+      8 +-----------------------------+
 *    | time zone, time precision 0 |        | bytes that follow           |
 * 16 +-----------------------------+     12 +-----------------------------+
 *    | snaplen                     |        | bytes on the wire           |
 * 20 +-----------------------------+     16 +-----------------------------+
 *    | link type (low 26 bits)     |        | the packet                  |
 * 24 +-----------------------------+        +-----------------------------+
 * </pre>
 */
final class PcapFormat {
  static final int MAGIC_MICROSECONDS = 0xa1b2c3d4;
  static final int MAGIC_NANOSECONDS = 0xa1b23c4d;
  static final short VERSION_MAJOR = 2;
  static final short VERSION_MINOR = 4;

  static final int MAGIC = 0;
  static final int MAJOR = MAGIC + Integer.BYTES;
  static final int MINOR = MAJOR + Short.BYTES;
  static final int ZONE = MINOR + Short.BYTES;
  static final int SNAPLEN = ZONE + Long.BYTES;
  static final int LINKTYPE = SNAPLEN + Integer.BYTES;
  static final int FILE_HEADER = LINKTYPE + Integer.BYTES;

  static final int SECONDS = 0;
  static final int FRACTION = SECONDS + Integer.BYTES;
  static final int CAPTURED_LENGTH = FRACTION + Integer.BYTES;
  static final int WIRE_LENGTH = CAPTURED_LENGTH + Integer.BYTES;
  static final int RECORD_HEADER = WIRE_LENGTH + Integer.BYTES;

  static final long NANOS_PER_SECOND = 1_000_000_000;
  static final int NANOS_PER_MICRO = 1_000;

  private PcapFormat() {}
}
