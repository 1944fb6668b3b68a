/* Solves challenges where a rush needs many at once (rush.mjs): reads lines "challenge bits",
 * answers each with its solution. SPDX-License-Identifier: MIT */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

static int zero_bits(const unsigned char *hash)
{
    int n = 0;

    while (n < 256 && (hash[n / 8] >> (7 - n % 8) & 1) == 0)
        n++;
    return n;
}

int main(void)
{
    char challenge[128];
    int bits;

    while (scanf("%127s %d", challenge, &bits) == 2) {
        unsigned char hash[crypto_hash_sha256_BYTES];
        char tried[192];
        unsigned long i = 0;

        do {
            int len = snprintf(tried, sizeof(tried), "%s.%lu", challenge, i++);

            crypto_hash_sha256(hash, (const unsigned char *)tried, (unsigned long long)len);
        } while (zero_bits(hash) < bits);
        printf("%lu\n", i - 1);
    }
    return 0;
}
