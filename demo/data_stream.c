#include "data_stream.h"

#include <errno.h>
#include <string.h>

bool demo_stream_open(demo_stream *out, const char *path, bool unpack, demo_reason *reason) {
    *out = (demo_stream){.path = path};
    errno = 0;
    if (unpack)
        out->packed = gzopen(path, "rb");
    else
        out->plain = fopen(path, "rb");
    if (out->packed || out->plain)
        return true;
    return demo_because(reason, "%s: %s", path, errno ? strerror(errno) : "out of memory");
}

void demo_stream_close(demo_stream *stream) {
    if (stream->packed)
        gzclose(stream->packed);
    if (stream->plain)
        fclose(stream->plain);
    *stream = (demo_stream){0};
}

static bool read_packed(
    demo_stream *stream, void *out, size_t nbytes, size_t *got, demo_reason *reason) {
    int count = gzread(stream->packed, out, (unsigned)nbytes), error = Z_OK;
    const char *text;

    if (count >= 0)
        *got = (size_t)count;
    text = gzerror(stream->packed, &error);
    if (error == Z_ERRNO)
        return demo_because(reason, "%s: %s", stream->path, strerror(errno));
    /* A file that ends too early reads as if it ended well, but for the error that it leaves. */
    if (error == Z_BUF_ERROR)
        return demo_because(reason, "%s: the gzip file is cut off", stream->path);
    if (count < 0 || error != Z_OK)
        return demo_because(reason, "%s: the gzip file is damaged (%s)", stream->path, text);
    return true;
}

bool demo_stream_read(
    demo_stream *stream, void *out, size_t nbytes, size_t *got, demo_reason *reason) {
    *got = 0;
    if (stream->packed)
        return read_packed(stream, out, nbytes, got, reason);
    errno = 0;
    *got = fread(out, 1, nbytes, stream->plain);
    return !ferror(stream->plain) || demo_because(reason, "%s: %s", stream->path, strerror(errno));
}
