# Filter for the public headers: comments become Doxygen's. The first one of a file describes the file; one that
# stands before several declarations without a blank line between them is repeated for each.
FNR == 1 && /^\/\*/ { sub(/^\/\*/, "/** @file\n *"); in_comment = !/\*\//; print; next }
in_comment {
    block = block "\n" $0
    if (/\*\//) { in_comment = 0; fresh = 1 }
    print
    next
}
/^ *\/\*/ {
    sub(/\/\*/, "/**")
    block = $0
    in_comment = !/\*\//
    fresh = 1
    print
    next
}
/^$/ { block = ""; fresh = 0; print; next }
{
    if (/^TRM_API/ && !fresh && block != "")
        print block
    if (/[;,] *\/\* / || /[0-9A-Za-z_] *\/\* /) {
        sub(/\/\* /, "/**< ")
        if (!/\*\//)
            trailing = 1
    } else if (/^        \*|\/\*$/ && !trailing) {
        sub(/\/\*$/, "/**<")
    }
    if (/\*\//)
        trailing = 0
    fresh = 0
    print
}
