package org.pcapnetmap.cli;

/** The command line makes no sense: exit status 2. */
public final class UsageException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * A usage error.
   *
   * @param message what does not make sense, in one line
   */
  public UsageException(String message) {
    super(message);
  }
}
