/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The points between two stores that matter, by name.
 *
 * A process may be killed or stopped anywhere, and whoever comes after it has
 * to cope with what it left. HOOK(name) marks the places where that is hard,
 * so that a test can make a process end or stop exactly there instead of
 * waiting for chance. In the library that users get it is nothing; built with
 * `make HOOKS=1` it calls hook_pass, which the test program brings along.
 *
 * A new point is a line here and a HOOK where it belongs.
 */
#ifndef HOOK_H
#define HOOK_H

/* X(name): what has just been done. */
#define HOOK_POINTS(X)                                             \
	/* A sender's txsync, in order. */                         \
	X(tx_locked)     /* the TX rings' lock taken */            \
	X(ring_locked)   /* a receive ring's lock taken */         \
	X(midway)        /* armed is 2: about to write FIFOs */    \
	X(fifo_opened)   /* a FIFO open, not written */            \
	X(rung)          /* FIFOs written, nothing published */    \
	X(counted)       /* the batch counted, not published */    \
	X(published)     /* published, no sleeper woken */         \
	X(ring_released) /* lock given back, sleepers asleep */    \
	X(woken)         /* sleepers woken, the promise stands */  \
	X(delivered)     /* delivered, offered not counted */      \
	X(forwarded)     /* a chunk forwarded, sent not moved */   \
	X(sent)          /* sent moved, tail not */                \
	X(holder_waits)  /* a lock's holder waits for a core */    \
	/* A sender into a pipe. */                                \
	X(swap_noted)  /* the swap is in the journal, not begun */ \
	X(swap_half)   /* both slots have the frame's buffer */    \
	X(swapped)     /* done, not published */                   \
	X(end_noted)   /* where published will be, not sent */     \
	X(ends_noted)  /* where both will be */                    \
	X(committed)   /* published, sent not moved */             \
	X(undone_half) /* a killed one's swap half undone */       \
	/* A reader's rxsync, waits and settings. */               \
	X(rx_locked)      /* the RX rings' lock taken */           \
	X(consumed)       /* slots given back, no new ones seen */ \
	X(granted)        /* new slots granted, tail not moved */  \
	X(waiting_set)    /* awake is 0, not asleep yet */         \
	X(drained)        /* FIFO emptied, not armed */            \
	X(armed)          /* armed, rings not looked at again */   \
	X(settings_begun) /* next settings begun */                \
	X(filter_written) /* program written, length not */        \
	X(settings_ended) /* settings stand, old frames queued */  \
	X(flushing)       /* a flush half done */                  \
	/* Joining a switch and opening a port. */                 \
	X(dir_made)        /* the switch's directory made */       \
	X(join_locked)     /* join lock taken */                   \
	X(shm_made)        /* an empty shared file */              \
	X(shm_sized)       /* of its size, with holes */           \
	X(header_written)  /* all but its magic */                 \
	X(shm_whole)       /* a whole switch without openings */   \
	X(opening_claimed) /* an opening's entry CLOSING */        \
	X(fifo_made)       /* its FIFO made, not opened */         \
	X(fd_made)         /* its FIFO open and locked */          \
	X(area_claimed)    /* an area's entry MAKING */            \
	X(area_reserved)   /* its memory taken */                  \
	X(area_built)      /* its rings built */                   \
	X(area_live)       /* its entry LIVE */                    \
	X(port_live)       /* the port LIVE, without rings */      \
	X(port_made)       /* the port names its rings */          \
	X(opening_live)    /* the opening LIVE, epoch not moved */ \
	X(described)       /* all done, join lock still held */    \
	/* Closing, and tidying up after others. */                \
	X(fd_closed)      /* the opening is dead, still LIVE */    \
	X(reap_unlinked)  /* a dead one's FIFO unlinked */         \
	X(reap_freed)     /* its entry free */                     \
	X(port_forgotten) /* a port's addresses forgotten */       \
	X(area_closing)   /* an area's entry CLOSING */            \
	X(area_locked)    /* all its locks held */                 \
	X(pair_retired)   /* a pair added, its row stands */       \
	X(summed)         /* new totals made, not committed */     \
	X(area_retired)   /* its counts are in the totals */       \
	X(spare_removed)  /* spare memory gone, its mark stands */ \
	X(area_removed)   /* its memory given back, or spare */    \
	X(area_freed)     /* its entry FREE, locks still held */   \
	X(shm_unlinked)   /* the shared file removed */            \
	X(lock_unlinked)  /* the lock removed, its folder left */

#define HOOK_NAME(name) HOOK_##name,
enum hook_point {
	HOOK_POINTS(HOOK_NAME) HOOK_COUNT
};
#undef HOOK_NAME

#ifdef NMD_HOOKS
void hook_pass(enum hook_point point);
#define HOOK(name) hook_pass(HOOK_##name)
#else
#define HOOK(name) ((void)0)
#endif

#endif
