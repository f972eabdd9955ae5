#include "data_set.h"

#include <stdlib.h>

static bool make_volume(demo_volume *out, const demo_volume_source *source) {
    demo_progress progress;
    demo_reason reason = {"out of memory"};
    bool fine;

    demo_progress_begin(&progress, source->file ? "reading the volume" : "making the volume");
    fine = source->file ? demo_volume_load(out, source, &progress, &reason)
                        : demo_volume_generate(out, &progress);
    demo_progress_end(&progress);
    if (!fine)
        fprintf(stderr, "trireme-demo: %s\n", reason.text);
    return fine;
}

bool demo_data_create(demo_data *out, const demo_volume_source *source) {
    *out = (demo_data){0};
    if (!make_volume(&out->volume, source))
        return false;
    out->bricks = demo_bricks_generate();
    out->cat = demo_cat_generate();
    if (out->bricks && out->cat)
        return true;
    fputs("trireme-demo: out of memory\n", stderr);
    demo_data_destroy(out);
    return false;
}

void demo_data_destroy(demo_data *data) {
    demo_volume_destroy(&data->volume);
    free(data->bricks);
    free(data->cat);
    *data = (demo_data){0};
}
