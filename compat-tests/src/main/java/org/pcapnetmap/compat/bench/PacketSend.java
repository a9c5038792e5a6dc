package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A loop of sendmmsg on a packet socket, past the queueing layer; nobody listens. */
final class PacketSend implements Contestant {
  @Override
  public String name() {
    return "sendmmsg loop on veth, 60 bytes";
  }

  @Override
  public Unit unit() {
    return Unit.FRAMES;
  }

  @Override
  public Optional<String> obstacle(Workbench bench) {
    return NetworkNamespace.obstacle(bench);
  }

  @Override
  public Sample run(Workbench bench) throws IOException {
    try (VethStage veth = new VethStage(bench);
        Worker sender = veth.feed(List.of("-s", bench.timing().sending(0)))) {
      Figures sent = sender.figures();
      return new Sample(sent.get("packetsPerSecond"), sent.get("packets") > 0, sent);
    }
  }
}
