/* SPDX-License-Identifier: BSD-2-Clause */
/* nmrun's side of --stats: see report.h. */
#ifndef STATISTICS_H
#define STATISTICS_H

struct report;

/* Makes the table and names it in the environment; NULL after a complaint. */
struct report *statistics_begin(void);

/* One line on standard error for every port that was opened. */
void statistics_print(const struct report *table);

#endif
