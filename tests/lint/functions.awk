# Functions of more than `limit` lines. clang-format puts a body's braces into the first column.
# SPDX-License-Identifier: MIT

FNR == 1 { begins = 0 }

/^[A-Za-z_].*\(/ {
    name = $0
    sub(/\(.*$/, "", name)
    sub(/^.*[ *]/, "", name)
    head = FNR
}

/^\{/ && head > 0 { begins = head }

/^\}/ {
    if (begins > 0 && FNR - begins + 1 > limit)
        print FILENAME ":" begins ": function " name " has " FNR - begins + 1 " lines, more than " limit
    begins = 0
    head = 0
}
