#!/bin/sh
# The lint proves itself: each fault planted into a small tree is found at its line, and a clean tree passes.
# SPDX-License-Identifier: MIT
set -eu

here=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failed=0

# A tree with every floor and nothing wrong in it.
fresh()
{
    rm -rf "$tree/t"
    for folder in daemon/base daemon/loop daemon/store daemon/http daemon/fetch daemon/core daemon/api \
        daemon/ctl display sms config tests/unit tests/lib; do
        mkdir -p "$tree/t/$folder"
    done
    printf '/* "//" and http:// are no comments */\nconst char *u = "http://x/\\"//";\n' >"$tree/t/daemon/base/a.c"
    printf '#include "base/str.h"\n#include <hiredis/hiredis.h>\n' >"$tree/t/daemon/store/a.c"
    printf '#include "store/store.h"\n#include "base/str.h"\n#include "own.h"\n' >"$tree/t/sms/a.c"
    printf '#include "api/api.h"\n#include "sms/outbox.h"\n' >"$tree/t/daemon/main.c"
    printf 'int f(void)\n{\n    return 1;\n}\n' >"$tree/t/tests/unit/a.c"
    printf 'sleep(1)\n' >"$tree/t/tests/lib/wait.mjs"
}

# finds "what is planted" file line "words of the sentence"
finds()
{
    if out=$(sh "$here/floors.sh" "$tree/t"); then
        echo "not found: $1"
        failed=1
    elif ! printf '%s\n' "$out" | grep -q "^$2:$3: .*$4"; then
        echo "found, but not at $2:$3 with '$4': $out"
        failed=1
    elif [ "$(printf '%s\n' "$out" | wc -l)" -ne 1 ]; then
        echo "found more than was planted ($1): $out"
        failed=1
    fi
    fresh
}

fresh
if ! sh "$here/floors.sh" "$tree/t"; then
    echo "the clean tree does not pass"
    failed=1
fi

plant="$tree/t"
printf '\n#include "store/store.h"\n' >"$plant/daemon/base/b.c"
finds "an include upwards" daemon/base/b.c 2 "lies above"
printf '#include "http/http.h"\n' >"$plant/daemon/store/b.h"
finds "an include sideways" daemon/store/b.h 1 "lies beside"
printf '#include "display/hub.h"\n' >"$plant/sms/b.c"
finds "an include sideways at the top" sms/b.c 1 "lies beside"
printf '  #  include "store/store.h"\n' >"$plant/daemon/core/b.c"
finds "core on more than base" daemon/core/b.c 1 "base alone"
printf '#include "../api/api.h"\n' >"$plant/daemon/base/b.c"
finds "an include that climbs" daemon/base/b.c 1 "hides the floor"
printf '#include <hiredis/async.h>\n' >"$plant/daemon/api/b.c"
finds "hiredis outside store" daemon/api/b.c 1 "only daemon/store"
printf '#include <microhttpd.h>\n' >"$plant/display/b.c"
finds "microhttpd outside http" display/b.c 1 "only daemon/http"
printf '#include <curl/curl.h>\n' >"$plant/sms/b.c"
finds "curl outside fetch" sms/b.c 1 "only daemon/fetch"
printf '#include <openssl/ssl.h>\n' >"$plant/daemon/http/b.c"
finds "openssl outside sms" daemon/http/b.c 1 "only sms"
mkdir "$plant/daemon/new" && printf 'int x;\n' >"$plant/daemon/new/b.c"
finds "a folder without a floor" daemon/new/b.c 1 "no floor"
mkdir -p "$plant/display/deep" && printf '#include "api/api.h"\n' >"$plant/display/deep/b.c"
finds "an include sideways from a folder below" display/deep/b.c 1 "lies beside"
printf 'int x; // said\n' >"$plant/config/b.c"
finds "a comment of C++" config/b.c 1 "comment"
yes 'int x;' | head -n 601 >"$plant/daemon/base/b.h"
finds "a file of 601 lines" daemon/base/b.h 601 "600 lines"
{ printf '\nint f(int a,\n      int b)\n{\n'; yes '    b++;' | head -n 58; printf '}\n'; } >"$plant/daemon/ctl/b.c"
finds "a function of 62 lines" daemon/ctl/b.c 2 "function f has 62 lines"
mkdir "$plant/docs" && printf 'see\n(/%s/main)\n' work >"$plant/docs/b.md"
finds "a path of one machine" docs/b.md 2 "one machine"
printf 'int main(void)\n{\n    usleep(1000);\n}\n' >"$plant/tests/unit/b.c"
finds "a test that sleeps" tests/unit/b.c 3 "sleeps"

exit "$failed"
