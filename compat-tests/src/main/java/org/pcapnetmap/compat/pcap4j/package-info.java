/**
 * Programs in plain pcap4j that are measured and watched, each in a JVM of its own: stock, or on
 * rings by the agent. Only {@link org.pcapnetmap.compat.pcap4j.OwnTime} knows of the engine.
 */
package org.pcapnetmap.compat.pcap4j;
