package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's Perl and Python bindings of libpcap, in scripts that send, filter, read and count. */
class BindingsTest extends PlaceTest {
  private static final String PERL =
      """
      use Net::Pcap;
      $| = 1;
      my ($error, $filter, %stats);
      my $p = Net::Pcap::open_live($ARGV[0], 80, 1, 100, \\$error) or die $error;
      Net::Pcap::compile($p, \\$filter, "udp port 53", 1, 0) == 0 or die Net::Pcap::geterr($p);
      Net::Pcap::setfilter($p, $filter) == 0 or die Net::Pcap::geterr($p);
      Net::Pcap::sendpacket($p, "\\xff" x 6 . "\\x02\\0\\0\\0\\0\\x09\\x88\\xb5" . "P" x 50) == 0
        or die Net::Pcap::geterr($p);
      print "ready on link type ", Net::Pcap::datalink($p), "\\n";
      Net::Pcap::loop($p, 2, sub { print "$_[1]{len} $_[1]{caplen} ", length $_[2], "\\n" }, 0);
      Net::Pcap::stats($p, \\%stats);
      print "received $stats{ps_recv}, dropped $stats{ps_drop}\\n";
      Net::Pcap::close($p);
      """;

  private static final String PYTHON =
      """
      import pcapy, sys
      p = pcapy.open_live(sys.argv[1], 80, 1, 100)
      p.setfilter("udp port 53")
      p.sendpacket(b"\\xff" * 6 + b"\\x02\\0\\0\\0\\0\\x09\\x88\\xb5" + b"P" * 50)
      print("ready on link type", p.datalink(), flush=True)
      for i in range(2):
          header, data = p.next()
          print(header.getlen(), header.getcaplen(), len(data))
      print("received %d, dropped %d" % p.stats()[:2])
      """;

  @TempDir private Path folder;

  private void sendsFiltersAndReads(String interpreter, String name, String text) throws Exception {
    Path script = Files.writeString(folder.resolve(name), text);
    try (Peer peer = net.peer("peer");
        RunningTool tool = net.nmrun(interpreter, script.toString(), net.port("1"))) {
      tool.awaitText("ready on link type 1");
      List<byte[]> sent = Place.await(peer, 1);
      assertEquals(1, sent.size());
      assertEquals("P".repeat(50), new String(sent.get(0), 14, 50, StandardCharsets.US_ASCII));
      peer.send(List.of(Frames.udp(9999, 60, 0), Frames.udp(53, 70, 1), Frames.udp(53, 1500, 2)));
      end(tool);
      assertEquals(
          List.of("ready on link type 1", "70 70 70", "1500 80 80", "received 2, dropped 0"),
          tool.out());
    }
  }

  @Test
  void netPcapOfPerl() throws Exception {
    Tools.assumeRuns("libnet-pcap-perl", "perl", "-MNet::Pcap", "-e", "1");
    sendsFiltersAndReads("perl", "script.pl", PERL);
  }

  @Test
  void pcapyOfPython() throws Exception {
    Tools.assumeRuns("python3-pcapy", "/usr/bin/python3", "-c", "import pcapy");
    sendsFiltersAndReads("/usr/bin/python3", "script.py", PYTHON);
  }
}
