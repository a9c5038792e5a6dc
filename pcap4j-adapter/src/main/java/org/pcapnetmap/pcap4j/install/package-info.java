/** Brings the rewritten classes and the engine into the class loader that pcap4j is in. */
package org.pcapnetmap.pcap4j.install;
