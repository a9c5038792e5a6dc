package org.pcapnetmap.netmap;

/**
 * Where a ring lies in the port's memory.
 *
 * @param base offset of the ring
 * @param numSlots number of slots
 * @param bufferSize bytes from one buffer to the next
 * @param buffersBase offset of buffer 0
 * @param buffers number of buffers
 */
record RingPlace(int base, int numSlots, int bufferSize, int buffersBase, int buffers) {}
