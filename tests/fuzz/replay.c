/* Runs a fuzz target once on each file of the command line, without libFuzzer. */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

#define MOST_BYTES ((size_t)1 << 20)

int main(int argc, char **argv) {
    uint8_t *bytes = malloc(MOST_BYTES);
    if (bytes == NULL || argc < 2) {
        fprintf(stderr, "replay: which files?\n");
        return 2;
    }
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        if (file == NULL) {
            perror(argv[i]);
            return 2;
        }
        const size_t nbytes = fread(bytes, 1, MOST_BYTES, file);
        fclose(file);
        LLVMFuzzerTestOneInput(bytes, nbytes);
    }
    free(bytes);
    printf("%d files\n", argc - 1);
    return 0;
}
