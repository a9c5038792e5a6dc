/**
 * The command line {@code nmcap}: one class for each subcommand, and what they share.
 *
 * <p>Results go to standard output; errors, progress and summaries to standard error. Exit status 0
 * is success, 1 a run-time error, 2 a usage error.
 */
package org.pcapnetmap.cli;
