/**
 * The pcap engine in Java: savefiles and filters.
 *
 * <p>{@link org.pcapnetmap.pcap.SavefileReader} and {@link org.pcapnetmap.pcap.SavefileWriter} read
 * and write pcap and pcapng files without allocating per packet; {@link
 * org.pcapnetmap.pcap.FilterCompiler} has the system's libpcap compile filter expressions, which
 * the netmap device then runs.
 */
package org.pcapnetmap.pcap;
