/** Puts the ring engine under an unmodified pcap4j: by an agent, by a call, or by a jar. */
package org.pcapnetmap.pcap4j;
