/**
 * The contract suite: what "libpcap-compatible" means, as one list of scenarios that every
 * implementation must pass.
 *
 * <p>Stock libpcap on a veth pair is the oracle: a scenario that it fails is wrong. The scenarios
 * are the {@code …Scenarios} interfaces; an implementation is one class below {@link
 * org.pcapnetmap.compat.contract.ContractTest} that opens a {@link
 * org.pcapnetmap.compat.contract.Handle} on a {@link org.pcapnetmap.compat.contract.Network}, and
 * that names with "implements" what it can express at all. Where one of ours differs from stock on
 * purpose, {@link org.pcapnetmap.compat.contract.Difference} names it, the scenario asserts it, and
 * docs/compatibility.md tells it.
 */
package org.pcapnetmap.compat.contract;
