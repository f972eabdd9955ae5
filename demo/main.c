#include "app.h"

#include <stdlib.h>

int main(int argc, char **argv) {
    demo_options options;

    switch (demo_options_parse(&options, argc, argv)) {
    case DEMO_ANSWERED:
        return EXIT_SUCCESS;
    case DEMO_REFUSED:
        return 2;
    case DEMO_GO:
        break;
    }
    return demo_app_run(&options);
}
