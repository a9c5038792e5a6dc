/** The ring engine behind pcap4j: one handle for each port that pcap4j opens. */
package org.pcapnetmap.pcap4j.engine;
