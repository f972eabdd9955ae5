#include "core/page.h"

#include "core/bits.h"
#include "core/device_impl.h"
#include "core/flush.h"
#include "core/memory.h"

/* Of one region. */
#define FIRST_PAGE_NBYTES   ((size_t)16 << 10)
#define LARGEST_PAGE_NBYTES ((size_t)1 << 20)
#define FEWEST_SLOTS        ((size_t)4)

static unsigned class_of(size_t nbytes) {
    unsigned index = 0;
    for (size_t slot = TRM_PAGE_SMALLEST_SLOT; slot < nbytes; slot *= 2)
        index++;
    return index;
}

bool trm_page_suits(size_t nbytes, size_t alignment) {
    return nbytes <= TRM_PAGE_LARGEST_SLOT &&
           (TRM_PAGE_SMALLEST_SLOT << class_of(nbytes)) % alignment == 0;
}

static trm_page_class *find_class(trm_pages *pages, trm_placement placement, unsigned index) {
    return placement == TRM_PLACEMENT_MAPPED ? &pages->mapped[index] : &pages->device_local[index];
}

static trm_page_class *class_of_page(trm_device *device, const trm_page *page) {
    return find_class(&device->pages, page->placement, class_of(page->slot_nbytes));
}

#define SMALL_TURN_SHIFT 5u /* half a cache line: up to three regions */
#define LARGE_TURN_SHIFT 6u

_Static_assert(offsetof(trm_turn, last_use) + TRM_MAX_REGIONS * sizeof(uint32_t) <=
                   (size_t)1 << LARGE_TURN_SHIFT,
    "a turn is a cache line at most");
_Static_assert(TRM_PAGE_LARGEST_SLOT <= UINT16_MAX, "a turn knows its buffer's bytes");

static unsigned turn_shift(uint32_t region_count) {
    size_t nbytes = offsetof(trm_turn, last_use) + region_count * sizeof(uint32_t);
    return nbytes <= (size_t)1 << SMALL_TURN_SHIFT ? SMALL_TURN_SHIFT : LARGE_TURN_SHIFT;
}

size_t trm_turn_nbytes(uint32_t region_count) {
    return (size_t)1 << turn_shift(region_count);
}

trm_turn *trm_page_turn(const trm_page *page, size_t slot) {
    return (trm_turn *)(void *)(page->turns + (slot << page->turn_shift));
}

static size_t page_nbytes(size_t slot_count) {
    return sizeof(trm_page) + trm_words_for(slot_count) * sizeof(uint64_t);
}

/* And their counts of rewrites behind them. */
static size_t turns_nbytes(const trm_page *page) {
    return page->slot_count * (trm_turn_nbytes(page->region_count) + sizeof *page->rewrites);
}

static size_t host_nbytes(const trm_page *page) {
    return page_nbytes(page->slot_count) + turns_nbytes(page) + TRM_CACHE_LINE;
}

/* As many slots as there are already. */
static size_t choose_slot_count(const trm_page_class *class, size_t slot_nbytes) {
    size_t count = class->slot_count, fewest = FIRST_PAGE_NBYTES / slot_nbytes;
    fewest = fewest < FEWEST_SLOTS ? FEWEST_SLOTS : fewest;
    size_t most = LARGEST_PAGE_NBYTES / slot_nbytes;
    return count < fewest ? fewest : count > most ? most : count;
}

static void link(trm_page_class *class, trm_page *page) {
    page->previous = NULL;
    page->next = class->with_room;
    if (page->next)
        page->next->previous = page;
    class->with_room = page;
}

static void unlink_page(trm_page_class *class, trm_page *page) {
    *(page->previous ? &page->previous->next : &class->with_room) = page->next;
    if (page->next)
        page->next->previous = page->previous;
}

/* A device-local page is born with zeros: what came by copies alone would be moved at its first
 * draw (store_memory.c). */
static trm_result create_memory(trm_device *device, trm_page *page) {
    const trm_backend *backend = &device->backend;
    uint64_t nbytes = (uint64_t)page->region_nbytes * page->region_count;
    bool mapped = page->placement == TRM_PLACEMENT_MAPPED;
    void *zeros = mapped ? NULL : trm_allocate(&device->desc.allocator, (size_t)nbytes);
    trm_result result =
        mapped ? backend->mapped_create(backend->self, nbytes, "trireme page", &page->memory)
               : backend->device_create(
                     backend->self, nbytes, zeros, true, "trireme page", &page->memory);
    trm_release(&device->desc.allocator, zeros, (size_t)nbytes);
    if (result == TRM_OK)
        *(mapped ? &device->stats.mapped_nbytes : &device->stats.device_nbytes) += nbytes;
    return result;
}

static trm_result create(
    trm_device *device, trm_placement placement, size_t slot_nbytes, trm_page **out) {
    const trm_allocator *allocator = &device->desc.allocator;
    trm_page_class *class = find_class(&device->pages, placement, class_of(slot_nbytes));
    size_t count = choose_slot_count(class, slot_nbytes);
    uint32_t regions = placement == TRM_PLACEMENT_MAPPED ? device->desc.region_count : 1;
    trm_result result = TRM_ERROR_OUT_OF_MEMORY;
    if (!trm_device_affords(device, (uint64_t)slot_nbytes * count * regions))
        return TRM_ERROR_BUDGET;
    trm_page *page = trm_allocate(allocator, page_nbytes(count));
    if (!page)
        goto fail_page;
    page->placement = placement;
    page->region_count = regions;
    page->slot_nbytes = slot_nbytes;
    page->slot_count = page->free_count = count;
    page->region_nbytes = slot_nbytes * count;
    page->turns = trm_allocate_lines(allocator, turns_nbytes(page));
    if (!page->turns)
        goto fail_turns;
    page->turn_shift = turn_shift(regions);
    page->rewrites = (uint64_t *)(void *)(page->turns + (count << page->turn_shift));
    result = create_memory(device, page);
    if (result != TRM_OK)
        goto fail_memory;
    for (size_t slot = 0; slot < count; slot += TRM_WORD_BITS)
        page->free_slots[slot / TRM_WORD_BITS] = trm_bit_range(
            0, count - slot < TRM_WORD_BITS ? (unsigned)(count - slot) : TRM_WORD_BITS);
    device->stats.host_nbytes += host_nbytes(page);
    class->slot_count += count;
    link(class, page);
    *out = page;
    return TRM_OK;

fail_memory:
    trm_release_lines(allocator, page->turns, turns_nbytes(page));
fail_turns:
    trm_release(allocator, page, page_nbytes(count));
fail_page:
    return result;
}

static void destroy(trm_device *device, trm_page *page) {
    trm_page_class *class = class_of_page(device, page);
    bool mapped = page->placement == TRM_PLACEMENT_MAPPED;
    class->slot_count -= page->slot_count;
    unlink_page(class, page);
    if (device->pages.written == page)
        device->pages.written = NULL;
    *(mapped ? &device->stats.mapped_nbytes : &device->stats.device_nbytes) -= page->memory.nbytes;
    device->stats.host_nbytes -= host_nbytes(page);
    if (!trm_device_is_lost(device))
        device->backend.memory_destroy(device->backend.self, &page->memory);
    trm_release_lines(&device->desc.allocator, page->turns, turns_nbytes(page));
    trm_release(&device->desc.allocator, page, page_nbytes(page->slot_count));
}

trm_result trm_page_take(
    trm_device *device, trm_placement placement, size_t nbytes, trm_page **out, size_t *slot) {
    unsigned index = class_of(nbytes);
    trm_page_class *class = find_class(&device->pages, placement, index);
    trm_page *page = class->with_room;
    if (!page) {
        trm_result result = create(device, placement, TRM_PAGE_SMALLEST_SLOT << index, &page);
        if (result != TRM_OK)
            return result;
    }
    size_t word = 0;
    while (!page->free_slots[word])
        word++;
    *slot = word * TRM_WORD_BITS + trm_lowest_bit(page->free_slots[word]);
    page->free_slots[word] &= page->free_slots[word] - 1;
    if (--page->free_count == 0)
        unlink_page(class, page);
    *out = page;
    return TRM_OK;
}

void trm_page_give_back(trm_device *device, trm_page *page, size_t slot) {
    page->free_slots[slot / TRM_WORD_BITS] |= UINT64_C(1) << (slot % TRM_WORD_BITS);
    if (page->free_count++ == 0)
        link(class_of_page(device, page), page);
    if (page->free_count == page->slot_count)
        destroy(device, page);
}

void trm_page_note_written(
    trm_device *device, const trm_page *page, uint64_t offset, size_t nbytes, size_t padding) {
    trm_pages *pages = &device->pages;
    if (pages->written != page || pages->written_end != offset) {
        trm_pages_flush(device);
        pages->written = page;
        pages->written_from = offset;
    }
    pages->written_end = offset + nbytes + padding;
}

void trm_pages_flush(trm_device *device) {
    trm_pages *pages = &device->pages;
    if (!pages->written)
        return;
    trm_flush(&device->backend, &device->stats, &pages->written->memory, pages->written_from,
        pages->written_end - pages->written_from);
    pages->written = NULL;
}
