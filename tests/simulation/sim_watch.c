/* What the library says of itself while it works: messages, zones, pieces copied, and counters. */
#include "simulation/sim_watch.h"

#include <string.h>

#include "simulation/sim_world.h"

/* --- Messages: every error has one, and nothing else has an error's. */

static void hear(void *user, const trm_message *message) {
    sim_watch *watch = user;
    if (message->level == TRM_LOG_ERROR) {
        watch->heard |= SIM_MAY(message->result);
        watch->rule = message->rule;
    }
    watch->strange |= message->rule == NULL || message->rule[0] == '\0' || message->text == NULL ||
                      message->label == NULL ||
                      (message->level == TRM_LOG_ERROR) != (message->result < 0);
}

trm_log sim_watch_log(sim_watch *watch) {
    return (trm_log){.write = hear, .user = watch, .level = TRM_LOG_INFO};
}

/* --- Zones nest, and every one that begins ends. */

static void pass(void *user, const trm_zone_event *event) {
    sim_watch *watch = user;
    if (!event->begins) {
        watch->strange |= watch->depth == 0 || watch->zones[watch->depth - 1] != event->zone;
        watch->depth -= watch->depth > 0;
    } else if (watch->depth == SIM_ZONES) {
        watch->strange = true;
    } else {
        watch->zones[watch->depth++] = event->zone;
    }
}

/* --- Pieces lie inside their buffer, and there are as many bytes as are counted. */

static void note_copy(void *user, const trm_copy_event *event) {
    sim_watch *watch = user;
    const size_t nitems = trm_buffer_nitems(event->buffer);
    const size_t itemsize = trm_buffer_itemsize(event->buffer);
    watch->strange |= event->size == 0 || event->offset >= nitems ||
                      event->size > nitems - event->offset || event->region >= TRM_MAX_REGIONS;
    watch->pieces++;
    watch->pieces_nbytes += event->size * itemsize;
    watch->slack_nbytes += 2 * itemsize;
}

void sim_watch_device(sim_watch *watch, trm_device_desc *desc, bool copies) {
    desc->log = sim_watch_log(watch);
    desc->on_zone = pass;
    desc->on_zone_user = watch;
    desc->on_copy = copies ? note_copy : NULL;
    desc->on_copy_user = watch;
    watch->counts_copies = copies;
}

/* --- Calls */

void sim_watch_enter(sim_watch *watch, const trm_device *device) {
    watch->heard = 0;
    watch->deaf = false;
    watch->depth = 0;
    watch->pieces = watch->pieces_nbytes = watch->slack_nbytes = 0;
    trm_device_stats(device, &watch->before);
}

static bool may_wait(const char *call) {
    static const char *const calls[] = {"sync", "acquire", "bind a block", "bind_index",
        "bind_vertex", "bind_vertex_range", "write_begin", "stream_alloc", "wait_idle"};
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        if (strcmp(call, calls[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void check_counters(sim_world *world, const char *call) {
    const sim_watch *watch = &world->watch;
    const trm_stats *before = &watch->before;
    trm_stats now;
    trm_device_stats(world->here->device, &now);
    if (now.waits != before->waits && !may_wait(call)) {
        sim_fail(world, "%s: waited for the GPU", call);
    }
    const uint64_t copied = now.copied_nbytes - before->copied_nbytes;
    if (watch->counts_copies &&
        (copied > watch->pieces_nbytes || copied + watch->slack_nbytes < watch->pieces_nbytes)) {
        sim_fail(world, "%s: %lu bytes are counted as copied, %lu were told", call,
            (unsigned long)copied, (unsigned long)watch->pieces_nbytes);
    }
    if (now.frames != before->frames + (strcmp(call, "end_frame") == 0)) {
        sim_fail(world, "%s: %lu frames have ended", call, (unsigned long)now.frames);
    }
}

/* A device that was made or is lost has other figures. */
void sim_watch_leave(sim_world *world, const char *call, trm_result result) {
    const sim_watch *watch = &world->watch;
    if (watch->strange) {
        sim_fail(world, "%s: a message, zone or copy that cannot be", call);
    }
    if (watch->depth > 0) {
        sim_fail(world, "%s: a zone has not ended", call);
    }
    if (result < 0 && !watch->deaf && (watch->heard & SIM_MAY(result)) == 0) {
        sim_fail(world, "%s: %s without a message", call, trm_result_string(result));
    }
    if (result >= 0 && watch->heard != 0) {
        sim_fail(world, "%s: %s, and the message of an error, %s", call, trm_result_string(result),
            watch->rule);
    }
    if (world->here->device != NULL && result >= 0 && strcmp(call, "device_create") != 0) {
        check_counters(world, call);
    }
}

/* --- Bytes: no more than a few beyond those that were edited. */

/* Marked chunks, and at most a chunk between two runs of them; or, where most are marked, a
 * kilobyte. */
static uint64_t marked_nbytes(const sim_subject *s) {
    const size_t chunk = s->chunk * s->itemsize;
    size_t count = 0, joined = 0, gap = 0;
    for (size_t i = 0; i < s->chunk_count; i++)
        count += s->marks[i];
    const size_t kilobyte = count > s->chunk_count / 2 ? 1024 / chunk : 0;
    for (size_t i = 0, met = 0; i < s->chunk_count; met += s->marks[i++]) {
        if (s->marks[i] && gap > 0 && met > 0)
            joined += gap <= kilobyte ? gap : 1;
        gap = s->marks[i] ? 0 : gap + 1;
    }
    const uint64_t nbytes = (uint64_t)(count + joined) * chunk;
    return nbytes < sim_nbytes(s) ? nbytes : sim_nbytes(s);
}

/* Whether the next upload goes into the region that got the last one. */
static bool stays_in_region(sim_world *world, const sim_subject *s) {
    trm_buffer_info info;
    if (s->placement == TRM_PLACEMENT_DEVICE) {
        return true;
    }
    if (s->placement != TRM_PLACEMENT_MAPPED ||
        trm_device_buffer_info(world->here->device, s->buffer, &info) != TRM_OK) {
        return false;
    }
    for (uint32_t i = 0; i < info.region_count; i++) {
        if (info.regions[i].current && info.regions[i].in_flight) {
            if (s->used_in < world->here->idle_to && !world->here->lost) {
                sim_fail(world, "a region is in flight on an idle GPU");
            }
            return false;
        }
    }
    return true;
}

static uint64_t most_copied(sim_world *world, const sim_subject *s) {
    const bool fresh = s->shown == NULL || s->resized || s->torn;
    if (!s->has_data) {
        return s->torn ? sim_nbytes(s) : s->sent_nbytes;
    }
    return fresh || !stays_in_region(world, s) ? sim_nbytes(s) : marked_nbytes(s);
}

void sim_expect_nothing(sim_world *world) {
    world->watch.most_copied = world->watch.padding = 0;
}

void sim_expect_upload(sim_world *world, const sim_subject *s) {
    sim_watch *watch = &world->watch;
    if (s->home == NULL || trm_buffer_pending(s->buffer)) {
        watch->most_copied += most_copied(world, s);
        watch->padding += 256 + sim_nbytes(s); /* up to the end of a slot */
    }
}

/* In the ring there are tables, gaps, and ends of laps. */
void sim_check_bytes(sim_world *world, const char *call) {
    const sim_watch *watch = &world->watch;
    trm_stats now;
    for (size_t i = 0; i < SIM_SUBJECTS; i++) {
        if (world->subjects[i].interrupted) {
            return;
        }
    }
    trm_device_stats(world->here->device, &now);
    const uint64_t copied = now.copied_nbytes - watch->before.copied_nbytes;
    const uint64_t flushed = now.flushed_nbytes - watch->before.flushed_nbytes;
    if (copied > watch->most_copied) {
        sim_fail(world, "%s: %lu bytes copied, where %lu would do", call, (unsigned long)copied,
            (unsigned long)watch->most_copied);
    }
    const uint64_t lap = now.staging_nbytes / 4; /* may be left empty at the end of one */
    const uint64_t most = 2 * (copied + 48 * watch->pieces + 256) + watch->padding + lap;
    if (copied > 0 ? flushed > most : flushed > 0) {
        sim_fail(world, "%s: %lu bytes flushed for %lu copied in %lu pieces", call,
            (unsigned long)flushed, (unsigned long)copied, (unsigned long)watch->pieces);
    }
}
