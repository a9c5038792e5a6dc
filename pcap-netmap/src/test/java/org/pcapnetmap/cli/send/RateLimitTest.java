package org.pcapnetmap.cli.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Pacing, on a clock that the test moves. */
class RateLimitTest {
  private static final long SECOND = 1_000_000_000;

  @Test
  void theFirstPacketGoesAtOnceTheNextWhenDue() {
    RateLimit limit = new RateLimit(10, 0);
    assertEquals(1, limit.allowance(0, 0));
    assertEquals(0, limit.allowance(1, 1));
    assertEquals(SECOND / 10 - 1, limit.untilDue(1, 1));
    assertEquals(0, limit.untilDue(1, SECOND / 10));
    assertEquals(1, limit.allowance(1, SECOND / 10));
  }

  @Test
  void sendsExactlyTheRateOnASteadyClock() {
    RateLimit limit = new RateLimit(1_000_000, 0);
    long sent = 0;
    for (long now = 0; now < SECOND; now += 50_000) {
      sent += limit.allowance(sent, now);
    }
    assertEquals(1_000_000 - 50 + 1, sent);
  }

  @Test
  void catchesUpWithoutABurst() {
    RateLimit limit = new RateLimit(1_000_000, 0);
    long now = SECOND;
    long sent = limit.allowance(0, now);
    assertTrue(sent <= 401, "a burst of " + sent);
    while (sent < now / 1000) {
      now += 50_000;
      long allowed = limit.allowance(sent, now);
      assertTrue(allowed <= 101, "a burst of " + allowed);
      sent += allowed;
    }
    assertTrue(now >= 2 * SECOND - SECOND / 10, "caught up after " + now);
  }

  @Test
  void noLimitIsNone() {
    RateLimit limit = new RateLimit(RateLimit.MAX, 0);
    assertEquals(Long.MAX_VALUE, limit.allowance(5, 0));
    assertEquals(0, limit.untilDue(5, 0));
  }
}
