# Filter for the pages: names of the library become links, outside of code. Doxygen warns of one that does not exist.
/^```/ { code = !code; print; next }
code { print; next }
{
    count = split($0, parts, "`")
    line = ""
    for (i = 1; i <= count; i++) {
        if (i % 2 == 1)
            gsub(/(trm_[a-z0-9_]+|TRM_[A-Z0-9_]+)/, "#&", parts[i])
        line = line (i > 1 ? "`" : "") parts[i]
    }
    print line
}
