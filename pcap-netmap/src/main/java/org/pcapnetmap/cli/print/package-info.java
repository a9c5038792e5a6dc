/**
 * One line of text for a packet, in tcpdump's manner: time, protocol, source and destination, what
 * the packet says. Addresses and ports are always numbers; no name is ever looked up.
 */
package org.pcapnetmap.cli.print;
