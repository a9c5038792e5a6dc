/**
 * What has to live inside pcap4j's own package, since it names types that only this package can
 * see. The adapter defines these classes in the class loader, package and module that pcap4j is in,
 * so they refer to nothing but pcap4j, JNA and the JDK; the ring engine, in a loader of its own,
 * extends {@link org.pcap4j.core.NetmapEngine} and {@link org.pcap4j.core.NetmapHandle}.
 */
package org.pcap4j.core;
