package org.pcapnetmap.compat.bench;

/**
 * What one run of a contestant gave.
 *
 * @param value the measured value, in the contestant's unit
 * @param balanced whether what was sent equals what was received, dropped and filtered
 * @param figures everything else that the processes told
 */
record Sample(double value, boolean balanced, Figures figures) {}
