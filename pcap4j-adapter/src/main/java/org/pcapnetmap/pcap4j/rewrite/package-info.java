/** Rewrites the four classes of pcap4j that stand before libpcap. */
package org.pcapnetmap.pcap4j.rewrite;
