/**
 * Netmap ports and their rings, read and filled in place.
 *
 * <p>{@link org.pcapnetmap.netmap.NetmapPort} opens a port and makes the few calls that cross into
 * native code (sync, wait, close); {@link org.pcapnetmap.netmap.TxRing} and {@link
 * org.pcapnetmap.netmap.RxRing} work on the shared memory itself, without native calls and without
 * allocation.
 */
package org.pcapnetmap.netmap;
