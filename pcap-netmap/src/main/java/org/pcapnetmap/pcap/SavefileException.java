package org.pcapnetmap.pcap;

import java.io.IOException;

/** A savefile cannot be read or written; the message is one line naming file, offset and reason. */
public final class SavefileException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Where in the file the trouble lies, or -1 when no place in the file is to blame. */
  private final long offset;

  /**
   * A fault that no single place in the file is to blame for, such as a full disk.
   *
   * @param file the file's name as the user wrote it
   * @param reason what happened and what to do
   * @param cause the system's own error, or null
   */
  public SavefileException(String file, String reason, Throwable cause) {
    super(file + ": " + reason, cause);
    this.offset = -1;
  }

  /**
   * Contents that are not a savefile's, or not a whole one's.
   *
   * @param file the file's name as the user wrote it
   * @param offset bytes from the start of the file
   * @param reason what is wrong there and what it means
   */
  public SavefileException(String file, long offset, String reason) {
    super(file + ": at byte " + offset + ": " + reason);
    this.offset = offset;
  }

  /** Returns the place in the file in bytes from its start, or -1. */
  public long offset() {
    return offset;
  }
}
