/** {@code nmcap bridge}: two ports joined, whatever comes to one leaves by the other. */
package org.pcapnetmap.cli.bridge;
