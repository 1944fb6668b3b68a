/* Numbers of those who write, as gateways give them. Pure; any thread. How numbers of a country are
 * written is in core/phone.c. SPDX-License-Identifier: MIT */
#include "sms/sender.h"

#include <stdio.h>
#include <string.h>

bool sender_is_phone(struct str from)
{
    char number[PHONE_MAX + 1];
    bool is = from.len <= SENDER_MAX &&
              (phone_normalise(from, "86", number) || phone_normalise(from, "", number));

    explicit_bzero(number, sizeof number);
    return is;
}

/* Gateways mostly leave the plus sign out; some write numbers as they are dialled in the country.
 */
bool sender_number(const char *from, const char *country, char out[PHONE_MAX + 1])
{
    char plus[SENDER_MAX + 2];

    snprintf(plus, sizeof plus, "+%s", from);
    if (from[0] == '+')
        return phone_normalise(str_of(from), country, out);
    if (*country && strncmp(from, country, strlen(country)) == 0 &&
        phone_normalise(str_of(plus), country, out))
        return true;
    return (*country && phone_normalise(str_of(from), country, out)) ||
           phone_normalise(str_of(plus), country, out);
}

bool sender_same(const char *from, const char *country, const char *other)
{
    char one[PHONE_MAX + 1], two[PHONE_MAX + 1];
    bool first = sender_number(from, country, one), second = sender_number(from, other, two);
    bool same = first == second && (!first || strcmp(one, two) == 0);

    explicit_bzero(one, sizeof one);
    explicit_bzero(two, sizeof two);
    return same;
}
