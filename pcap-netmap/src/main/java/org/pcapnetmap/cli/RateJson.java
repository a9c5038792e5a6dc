package org.pcapnetmap.cli;

import java.util.function.ToLongFunction;
import org.pcapnetmap.netmap.PairCounters;
import org.pcapnetmap.netmap.PortStatistics;

/**
 * What {@code nmcap stat --json} writes at each look: one object with every opening and every pair,
 * each with what its counters grew by, the rates that follow, and the counters themselves.
 */
record RateJson(Rates rates) {

  Json json() {
    return new Json()
        .put("seconds", rates.seconds())
        .put("openings", rates.openings().stream().map(this::opening).toList())
        .put("pairs", rates.pairs().stream().map(this::pair).toList());
  }

  private Json opening(Rates.Opening o) {
    Json json =
        new Json()
            .put("port", o.now().name())
            .put("path", o.now().path())
            .put("program", o.now().program())
            .put("pid", o.now().pid())
            .put("opening", o.now().index());
    rates(json, o.grown(PortStatistics::accepted), o.grown(PortStatistics::publishedBytes));
    long sent = o.grown(PortStatistics::sent);
    long sentBytes = o.grown(PortStatistics::sentBytes);
    counters(json, o::grown)
        .put("sentPerSecond", rates.perSecond(sent))
        .put("sentBitsPerSecond", rates.bitsPerSecond(sentBytes));
    PortStatistics total = o.now().statistics();
    return json.put("total", counters(new Json(), counter -> counter.applyAsLong(total)));
  }

  private void rates(Json json, long packets, long bytes) {
    json.put("packetsPerSecond", rates.perSecond(packets))
        .put("bitsPerSecond", rates.bitsPerSecond(bytes));
  }

  private static Json counters(Json json, ToLongFunction<ToLongFunction<PortStatistics>> of) {
    return json.put("received", of.applyAsLong(PortStatistics::accepted))
        .put("receivedBytes", of.applyAsLong(PortStatistics::publishedBytes))
        .put("dropped", of.applyAsLong(PortStatistics::dropped))
        .put("filtered", of.applyAsLong(PortStatistics::filtered))
        .put("sent", of.applyAsLong(PortStatistics::sent))
        .put("sentBytes", of.applyAsLong(PortStatistics::sentBytes))
        .put("sentBad", of.applyAsLong(PortStatistics::sentBad))
        .put("offered", of.applyAsLong(PortStatistics::offered))
        .put("published", of.applyAsLong(PortStatistics::published))
        .put("consumed", of.applyAsLong(PortStatistics::consumed))
        .put("abandoned", of.applyAsLong(PortStatistics::abandoned))
        .put("unread", of.applyAsLong(PortStatistics::unread))
        .put("wakeups", of.applyAsLong(PortStatistics::wakeups))
        .put("sleeps", of.applyAsLong(PortStatistics::sleeps))
        .put("takeovers", of.applyAsLong(PortStatistics::takeovers));
  }

  private Json pair(Rates.Pair p) {
    PairCounters now = p.now();
    boolean closed = now.sender() == PairCounters.CLOSED;
    Json json =
        new Json()
            .put("from", closed ? "" : now.switchName() + ':' + now.senderPort())
            .put("to", now.switchName() + ':' + now.receiverPort())
            .put("sender", now.sender())
            .put("receiver", now.receiver());
    rates(json, p.grown(PairCounters::accepted), p.grown(PairCounters::bytes));
    return pairCounters(json, p::grown)
        .put("total", pairCounters(new Json(), counter -> counter.applyAsLong(now)));
  }

  private static Json pairCounters(Json json, ToLongFunction<ToLongFunction<PairCounters>> of) {
    return json.put("offered", of.applyAsLong(PairCounters::offered))
        .put("accepted", of.applyAsLong(PairCounters::accepted))
        .put("acceptedBytes", of.applyAsLong(PairCounters::bytes))
        .put("dropped", of.applyAsLong(PairCounters::dropped))
        .put("filtered", of.applyAsLong(PairCounters::filtered))
        .put("wakeups", of.applyAsLong(PairCounters::wakeups))
        .put("takeovers", of.applyAsLong(PairCounters::takeovers));
  }
}
