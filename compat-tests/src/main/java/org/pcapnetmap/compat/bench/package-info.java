/**
 * The benchmarks: every figure beside its peers in the same run, medians and ratios, as a table and
 * as JSON. Started by {@code compat-tests/bench}.
 *
 * <p>A {@link org.pcapnetmap.compat.bench.Contestant} runs once for a second or two and gives one
 * {@link org.pcapnetmap.compat.bench.Sample}; {@link org.pcapnetmap.compat.bench.Rounds} runs all
 * of them in turn, several times over; {@link org.pcapnetmap.compat.bench.LineUp} says which there
 * are and what is asked of each. What is measured runs in processes of its own, in C or Java.
 */
package org.pcapnetmap.compat.bench;
