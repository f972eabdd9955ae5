/* Callbacks and counters of a device, call by call. */
#ifndef TRIREME_TESTS_SIM_WATCH_H
#define TRIREME_TESTS_SIM_WATCH_H

#include <trireme/device.h>

#define SIM_ZONES 4

typedef struct sim_watch {
    unsigned heard;   /* errors that messages told of, as bits made by SIM_MAY */
    const char *rule; /* of the last */
    bool counts_copies;
    bool deaf;    /* nobody to tell: the call has neither a device nor a buffer */
    bool strange; /* something that no callback may be told */
    trm_zone zones[SIM_ZONES];
    unsigned depth;
    uint64_t pieces, pieces_nbytes;
    uint64_t slack_nbytes; /* pieces are told in whole items */
    trm_stats before;
    uint64_t most_copied, padding; /* in the call to come */
} sim_watch;

trm_log sim_watch_log(sim_watch *watch);
/* `copies`: is told of them, too. */
void sim_watch_device(sim_watch *watch, trm_device_desc *desc, bool copies);
void sim_watch_enter(sim_watch *watch, const trm_device *device);

#endif
