/* The frame loop. */
#ifndef DEMO_APP_H
#define DEMO_APP_H

#include "options.h"

/* Runs the demo; returns the exit status. */
int demo_app_run(const demo_options *options);

#endif
