# C comments are /* */ only. A small reader of C: knows strings, characters and comments over lines.
# SPDX-License-Identifier: MIT

FNR == 1 { inside = 0 }

{
    quote = ""
    for (i = 1; i <= length($0); i++) {
        c = substr($0, i, 1)
        two = substr($0, i, 2)
        if (inside) {
            if (two == "*/") {
                inside = 0
                i++
            }
        } else if (quote != "") {
            if (c == "\\")
                i++
            else if (c == quote)
                quote = ""
        } else if (two == "/*") {
            inside = 1
            i++
        } else if (two == "//") {
            print FILENAME ":" FNR ": a // comment; the house writes /* */"
            break
        } else if (c == "\"" || c == "'") {
            quote = c
        }
    }
}
