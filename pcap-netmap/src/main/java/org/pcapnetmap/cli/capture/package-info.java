/** {@code nmcap capture}: from a port or a savefile to lines of text or another savefile. */
package org.pcapnetmap.cli.capture;
