# Includes go down only, never sideways (docs/architecture.md); four libraries stay in one folder each.
# SPDX-License-Identifier: MIT

# floor(name, folder, level): two folders of one level are strangers.
function floor(name, folder, level)
{
    level_of[name] = level
    folder_of[name] = folder
}

BEGIN {
    floor("base", "daemon/base", 0)
    floor("loop", "daemon/loop", 1)
    floor("config", "config", 1)
    floor("store", "daemon/store", 2)
    floor("http", "daemon/http", 2)
    floor("fetch", "daemon/fetch", 2)
    floor("core", "daemon/core", 3)
    floor("lua", "daemon/lua", 3)
    floor("web", "daemon/web", 3)
    floor("api", "daemon/api", 4)
    floor("display", "display", 4)
    floor("sms", "sms", 4)
    floor("forecast", "daemon/forecast", 4)
    floor("ctl", "daemon/ctl", 5)
    floor("main", "daemon", 5)
    home_of["hiredis"] = "store"
    home_of["microhttpd.h"] = "http"
    home_of["curl"] = "fetch"
    home_of["openssl"] = "sms"
}

# The floor a file belongs to: the longest folder that it lies in. daemon/ itself has no further folders.
function floor_of(file, name, best)
{
    for (name in folder_of) {
        if (index(file, folder_of[name] "/") == 1 &&
            (best == "" || length(folder_of[name]) > length(folder_of[best])))
            best = name
    }
    return best == "main" && file ~ /^daemon\/.*\// ? "" : best
}

function fault(text)
{
    print FILENAME ":" FNR ": " text
}

function check_floor(from, to)
{
    if (from == to)
        return
    if (level_of[to] > level_of[from])
        fault("floor " from " includes floor " to ", which lies above it")
    else if (level_of[to] == level_of[from])
        fault("floor " from " includes floor " to ", which lies beside it")
    else if (from == "core" && to != "base")
        fault("core is pure C on base alone and includes floor " to)
}

FNR == 1 {
    own = floor_of(FILENAME)
    if (own == "")
        fault("the folder is no floor; give it a row in tests/lint/floors.awk")
}

/^[ \t]*#[ \t]*include[ \t]*[<"]/ {
    path = $0
    sub(/^[^<"]*[<"]/, "", path)
    sub(/[>"].*$/, "", path)
    first = path
    sub(/\/.*$/, "", first)
    if (path ~ /(^|\/)\.\.\//)
        fault("an include with .. hides the floor it goes to; write it from daemon/ or from the top")
    else if (first in home_of && own != home_of[first])
        fault("only " folder_of[home_of[first]] " includes " path)
    else if (path ~ /^daemon\//)
        fault("write the include from daemon/, without that word")
    else if (path ~ /\// && first in level_of && own != "")
        check_floor(own, first)
}
