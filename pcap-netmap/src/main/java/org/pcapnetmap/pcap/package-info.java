/**
 * The pcap engine in Java: ports and savefiles by the rules that users of libpcap know.
 *
 * <p>{@link org.pcapnetmap.pcap.PcapHandle} opens a port or a savefile for reading, filtering and
 * sending, without a copy, a native call or an object for each packet; {@link
 * org.pcapnetmap.pcap.SavefileWriter} and {@link org.pcapnetmap.pcap.SavefileSeries} write
 * savefiles; {@link org.pcapnetmap.pcap.FilterCompiler} has the system's libpcap compile filter
 * expressions, which the netmap device then runs.
 */
package org.pcapnetmap.pcap;
