/** {@code nmcap send}: generated frames or the packets of a savefile, to a port. */
package org.pcapnetmap.cli.send;
