/* Dates of the proleptic Gregorian calendar as days since 1970-01-01. Pure; any thread.
 * SPDX-License-Identifier: MIT */
#ifndef PAIHAO_CONFIG_DATE_H
#define PAIHAO_CONFIG_DATE_H

#include "base/str.h"

/* "2026-12-24"; -1 where it is no date, there is no such day, or it lies outside of 1970 to 2199.
 */
int date_read(struct str text);
/* 20261224; -1 likewise. */
int date_of(int yyyymmdd);
int date_yyyymmdd(int date);
void date_write(int date, char out[11]);
/* Weeks begin on Monday; the one of 1970-01-01 is week 0. */
int date_week(int date);

#endif
