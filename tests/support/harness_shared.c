/* What the harness does alike on every GL. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */

#include "support/harness_shared.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifndef _WIN32
#include <sys/mman.h>
#endif

#include "support/gl_spy.h"
#include "support/runner.h"

static harness_message last_message;

static const unit_rule rules[] = {
#define ROW(id, owner) {id, UNIT_OWNER_##owner},
    UNIT_RULE_OWNERS(ROW)
#undef ROW
};
#define RULES (sizeof rules / sizeof rules[0])

/* Which rules were heard: in memory shared with the processes that Check forks for the tests. NULL
 * if nobody asks. */
static unsigned char *heard;
static unit_owner required_owner;

void harness_require_rules(unit_owner owner) {
#ifdef _WIN32
    static unsigned char alone[RULES]; /* there is no fork */
    heard = alone;
#else
    void *shared = mmap(NULL, RULES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    heard = shared != MAP_FAILED ? shared : NULL;
#endif
    required_owner = owner;
}

static bool required_rules_were_heard(void) {
    bool all = true;
    if (heard == NULL || getenv("CK_RUN_CASE") != NULL || getenv("CK_RUN_SUITE") != NULL) {
        return true;
    }
    for (size_t i = 0; i < RULES; i++) {
        if (rules[i].owner == required_owner && !heard[i]) {
            fprintf(stderr, "nothing broke %s\n", rules[i].id);
            all = false;
        }
    }
    return all;
}

int harness_run(Suite *const *suites, size_t count) {
    const int status = runner_run(suites, count);
    return required_rules_were_heard() ? status : EXIT_FAILURE;
}

static void keep_message(void *user, const trm_message *message) {
    harness_message *kept = user;
    for (size_t i = 0; heard != NULL && i < RULES; i++) {
        heard[i] |= strcmp(message->rule, rules[i].id) == 0;
    }
    kept->count++;
    kept->level = message->level;
    kept->result = message->result;
    snprintf(kept->rule, sizeof kept->rule, "%s", message->rule);
    snprintf(kept->label, sizeof kept->label, "%s", message->label);
    snprintf(kept->text, sizeof kept->text, "%s", message->text);
}

trm_log harness_log(void) {
    return (trm_log){.write = keep_message, .user = &last_message};
}

const harness_message *harness_last_message(void) {
    return &last_message;
}

void harness_forget_messages(void) {
    memset(&last_message, 0, sizeof last_message);
}

/* TRIREME_TEST_QUIRK: a quirk that all devices are to assume, by its name in small letters. */
static uint32_t forced_quirk(void) {
    static const struct {
        const char *name;
        trm_gl_quirk quirk;
    } known[] = {
        {"broken-direct-state-access", TRM_GL_QUIRK_BROKEN_DIRECT_STATE_ACCESS},
        {"broken-explicit-flush", TRM_GL_QUIRK_BROKEN_EXPLICIT_FLUSH},
        {"slow-fences", TRM_GL_QUIRK_SLOW_FENCES},
    };
    const char *wanted = getenv("TRIREME_TEST_QUIRK");
    for (size_t i = 0; wanted != NULL && i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(wanted, known[i].name) == 0) {
            return known[i].quirk;
        }
    }
    ck_assert_msg(wanted == NULL, "there is no quirk \"%s\"", wanted);
    return 0;
}

bool harness_forces(trm_gl_quirk quirk) {
    return (forced_quirk() & quirk) != 0;
}

void harness_unbind_storage(void) {
    for (GLuint i = 0; i < 4; i++) {
        harness_gl()->BindBufferBase(GL_SHADER_STORAGE_BUFFER, i, 0);
    }
}

uint64_t harness_flushes(uint64_t expected) {
    return harness_forces(TRM_GL_QUIRK_BROKEN_EXPLICIT_FLUSH) ? 0 : expected;
}

/* Explicit flushes or coherent: never both, never neither. */
GLbitfield harness_upload_access(void) {
    const bool coherent = harness_forces(TRM_GL_QUIRK_BROKEN_EXPLICIT_FLUSH);
    return GL_MAP_WRITE_BIT | GL_MAP_PERSISTENT_BIT |
           (GLbitfield)(coherent ? GL_MAP_COHERENT_BIT : GL_MAP_FLUSH_EXPLICIT_BIT);
}

GLbitfield harness_upload_storage(void) {
    return harness_upload_access() & ~(GLbitfield)GL_MAP_FLUSH_EXPLICIT_BIT;
}

static bool inline_allowed, pages_allowed;

void harness_allow_pages(bool allowed) {
    pages_allowed = allowed;
}

void harness_allow_inline(bool allowed) {
    inline_allowed = allowed;
}

trm_result harness_try_gl_device(const trm_gl_device_desc *desc, trm_device **out) {
    trm_gl_device_desc full = *desc;
    if (!full.device.staging_limit_nbytes)
        full.device.staging_limit_nbytes = 1; /* many suites are about a full ring */
    full.device.no_inline = !inline_allowed;
    full.device.no_pages = !pages_allowed;
    if (full.debug_groups == TRM_GL_DEBUG_GROUPS_AUTO) {
        full.debug_groups = TRM_GL_DEBUG_GROUPS_NEVER;
    }
    full.quirks_on |= forced_quirk() & ~full.quirks_off;
    full.quirks_off |= TRM_GL_QUIRK_SLOW_FENCES; /* else tests would differ from driver to driver */
    spy.no_direct_state_access = (full.quirks_on & TRM_GL_QUIRK_BROKEN_DIRECT_STATE_ACCESS) != 0;
    full.get_proc_address = harness_get_proc_address;
    if (full.device.log.write == NULL) {
        full.device.log = harness_log();
    }
    return trm_gl_device_create(&full, out);
}

trm_result harness_try_restore(trm_device *device, const trm_gl_device_desc *desc) {
    trm_gl_device_desc full = {.scatter = TRM_GL_SCATTER_AUTO};
    if (desc != NULL) {
        full = *desc;
    }
    if (full.debug_groups == TRM_GL_DEBUG_GROUPS_AUTO) {
        full.debug_groups = TRM_GL_DEBUG_GROUPS_NEVER;
    }
    full.quirks_on |= forced_quirk() & ~full.quirks_off;
    full.quirks_off |= TRM_GL_QUIRK_SLOW_FENCES;
    full.get_proc_address = harness_get_proc_address;
    return trm_gl_device_restore(device, &full);
}

trm_result harness_try_device(const trm_device_desc *desc, trm_device **out) {
    trm_gl_device_desc full = {.scatter = TRM_GL_SCATTER_AUTO};
    if (desc != NULL) {
        full.device = *desc;
    }
    return harness_try_gl_device(&full, out);
}

trm_device *harness_gl_device(const trm_gl_device_desc *desc) {
    trm_device *device = NULL;
    const trm_result result = harness_try_gl_device(desc, &device);
    ck_assert_msg(result == TRM_OK, "no device: %s", trm_result_string(result));
    ck_assert_ptr_nonnull(device);
    return device;
}

trm_device *harness_device(const trm_device_desc *desc) {
    trm_gl_device_desc full = {.scatter = TRM_GL_SCATTER_AUTO};
    if (desc != NULL) {
        full.device = *desc;
    }
    return harness_gl_device(&full);
}
