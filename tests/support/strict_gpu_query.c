/* Timestamp queries: when the queue comes to one, its result is there. What time it was, nobody
 * asks. To have seen it is not to have seen a fence: no bytes of the server's reach the client. */
#include "support/strict_gpu_internal.h"

static strict_object *find_or_error(strict_gpu *gpu, GLuint name) {
    strict_object *query = strict_names_get(&gpu->objects[STRICT_QUERIES], name);
    if (query == NULL || query->target != GL_TIMESTAMP) {
        strict_error(gpu, GL_INVALID_OPERATION, "%u is no timestamp query", name);
        return NULL;
    }
    return query;
}

void strict_query_forget(strict_gpu *gpu, strict_object *query) {
    if (query->counter != NULL) {
        strict_sync_unref(gpu, query->counter);
    }
    query->counter = NULL;
}

/* A query whose answer is still to come had better not be asked again: GL leaves open which of the
 * two is meant then. */
static void GLAD_API_PTR query_counter(GLuint name, GLenum target) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glQueryCounter, &gpu)) {
        return;
    }
    if (target != GL_TIMESTAMP) {
        strict_error(gpu, GL_INVALID_ENUM, "target 0x%x", target);
        return;
    }
    strict_object *query = find_or_error(gpu, name);
    if (query == NULL) {
        return;
    }
    if (query->counter != NULL && !query->counter->signalled) {
        strict_violate(gpu, "lint", "glQueryCounter: query %u is still unanswered", name);
    }
    strict_query_forget(gpu, query);
    query->counter = strict_sync_issue(gpu);
    query->counter->deleted = true; /* it has no name */
}

static void GLAD_API_PTR get_query_object(GLuint name, GLenum what, GLuint *value) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glGetQueryObjectuiv, &gpu)) {
        if (gpu->lost && !gpu->desc.no_robustness) {
            *value = GL_TRUE;
        }
        return;
    }
    if (what != GL_QUERY_RESULT_AVAILABLE) {
        strict_error(gpu, GL_INVALID_ENUM, "name 0x%x", what);
        return;
    }
    if (*strict_generic(gpu, GL_QUERY_BUFFER) != NULL) {
        strict_error(
            gpu, GL_INVALID_OPERATION, "the pointer is an offset: a query buffer is bound");
        return;
    }
    const strict_object *query = find_or_error(gpu, name);
    if (query != NULL && query->counter == NULL) {
        strict_error(gpu, GL_INVALID_OPERATION, "query %u was never asked", name);
    } else if (query != NULL) {
        *value = gpu->failing != STRICT_FAIL_TIMEOUT && strict_sync_poll(gpu, query->counter)
                     ? GL_TRUE
                     : GL_FALSE;
    }
}

static GLboolean GLAD_API_PTR is_query(GLuint name) {
    strict_gpu *gpu;
    return strict_enter(STRICT_glIsQuery, &gpu) &&
           strict_names_get(&gpu->objects[STRICT_QUERIES], name) != NULL;
}

const strict_entry strict_query_entries[] = {
    STRICT_ENTRY(glIsQuery, PFNGLISQUERYPROC, is_query),
    STRICT_ENTRY(glQueryCounter, PFNGLQUERYCOUNTERPROC, query_counter),
    STRICT_ENTRY(glGetQueryObjectuiv, PFNGLGETQUERYOBJECTUIVPROC, get_query_object),
    STRICT_ENTRY_END,
};
