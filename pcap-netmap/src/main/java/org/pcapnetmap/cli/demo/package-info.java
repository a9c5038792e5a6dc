/**
 * {@code nmcap demo}: unmodified tcpdump on a VALE port, beside stock tcpdump on a veth pair.
 *
 * <p>The two halves do the same: tcpdump throws away what it captures while a sender sends small
 * frames as fast as it can, and its own statistics count.
 */
package org.pcapnetmap.cli.demo;
