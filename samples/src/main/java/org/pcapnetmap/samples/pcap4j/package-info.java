/** Plain pcap4j: nothing here knows of netmap. */
package org.pcapnetmap.samples.pcap4j;
