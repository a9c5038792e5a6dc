package org.pcapnetmap.cli;

import java.io.IOException;

/** A command cannot go on: exit status 1. */
public final class CommandException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * A run-time error.
   *
   * @param message the thing, the reason and the remedy, in one line
   */
  public CommandException(String message) {
    super(message);
  }
}
