#!/bin/sh
# What the compiler does not check: which floor includes which, and the house rules that can be counted.
# usage: floors.sh [root of the tree]. Prints "file:line: sentence" for each fault; exits 1 if there is one.
# A new folder of the program gets its row in floors.awk. SPDX-License-Identifier: MIT
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cd "${1:-$here/../..}"
faults=$(mktemp)
trap 'rm -f "$faults"' EXIT

# Prints the files below the folders given that have one of the endings given, separated by NUL.
# files "folder folder" "c h"
files()
{
    names=
    for ending in $2; do
        names="$names -o -name *.$ending"
    done
    # Without expansion of the stars; the words are ours.
    set -f
    for folder in $1; do
        [ -d "$folder" ] || continue
        # shellcheck disable=SC2086
        find "$folder" \( -name node_modules -o -name dist -o -name gen -o -path './build' -o -path './build-*' -o -path ./var -o -name '.?*' \) -prune -o \
            -type f \( ${names# -o } \) -print0
    done
    set +f
}

# Runs an awk program of this folder over the files that come in.
check()
{
    xargs -0 -r awk "$@" >>"$faults"
}

program="daemon config display sms"

files "$program" "c h def S" | check -f "$here/floors.awk"
files "$program tests bench" "c h def" | check -f "$here/comments.awk"
files "$program tests bench" "c" | check -v limit=60 -f "$here/functions.awk"
files "$program tests bench script packaging" "c h lua mjs js ts svelte css sh py" | check '
    FNR == 601 { print FILENAME ":601: the file has more than 600 lines; give one of its tasks a file of its own" }'
# The pattern does not match itself.
files ". " "c h def lua mjs js ts svelte css html sh py md yaml yml json txt cmake service conf" | check '
    /(^|[^A-Za-z0-9_.])\/wor[k]\// { print FILENAME ":" FNR ": a path of one machine; nobody else has that folder" }'
files "tests" "c h mjs js sh py" | check '
    FILENAME !~ /^tests\/(lib|lint)\// &&
    /(^|[^A-Za-z0-9_])(u|nano)?sleep ?\(|^[ \t]*sleep [0-9]/ {
        print FILENAME ":" FNR ": a test that sleeps is slow or wrong; wait for the condition (tests/lib)" }'

sed 's|^\./||' "$faults" | sort -t: -k1,1 -k2,2n
[ ! -s "$faults" ]
