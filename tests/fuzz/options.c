/* What the address sanitizer is told when nobody says otherwise. An input lives for a moment: a
 * small quarantine is enough for what it frees, and a large one would mean fresh pages from the
 * kernel for every input. Sizes that nobody has get NULL, as the library expects. */
const char *__asan_default_options(void);

const char *__asan_default_options(void) {
    return "quarantine_size_mb=2:thread_local_quarantine_size_kb=256:malloc_context_size=1:"
           "allocator_may_return_null=1:detect_stack_use_after_return=0";
}
