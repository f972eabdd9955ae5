/* The moments at which the application may open and close a zone of its profiler. */
#ifndef TRM_CORE_ZONE_H
#define TRM_CORE_ZONE_H

#include <trireme/device.h>

typedef struct trm_zones {
    void (*on_zone)(void *user, const trm_zone_event *event); /* NULL: nobody listens */
    void *user;
} trm_zones;

/* `zones` may be NULL. */
static inline void trm_zone_pass(
    const trm_zones *zones, trm_zone zone, bool begins, const char *label) {
    if (zones && zones->on_zone)
        zones->on_zone(
            zones->user, &(trm_zone_event){.zone = zone, .begins = begins, .label = label});
}

#endif
