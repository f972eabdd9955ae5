/* Element formats: one table of component types, read by the parser and by the writer. */
#include "core/format_internal.h"

#include <trireme/format.h>

#include <string.h>

#define MAX_COUNT 65536u

/* Sets of component counts that the vertex style has for a type: bit n stands for n components. */
#define COUNTS_1_2_4   ((1u << 1) | (1u << 2) | (1u << 4))
#define COUNTS_1_2_3_4 (COUNTS_1_2_4 | (1u << 3))

typedef struct component_row {
    uint32_t nbytes;
    const char *code; /* array style; NULL if it has none */
    const char *stem; /* vertex style, without a count */
    uint32_t counts;  /* what may follow the stem; 0: a packed format, all four in the name */
} component_row;

static const component_row rows[] = {
    [TRM_COMPONENT_NONE] = {0, NULL, NULL, 0},
    [TRM_COMPONENT_SINT8] = {1, "i1", "sint8", COUNTS_1_2_4},
    [TRM_COMPONENT_UINT8] = {1, "u1", "uint8", COUNTS_1_2_4},
    [TRM_COMPONENT_SINT16] = {2, "i2", "sint16", COUNTS_1_2_4},
    [TRM_COMPONENT_UINT16] = {2, "u2", "uint16", COUNTS_1_2_4},
    [TRM_COMPONENT_SINT32] = {4, "i4", "sint32", COUNTS_1_2_3_4},
    [TRM_COMPONENT_UINT32] = {4, "u4", "uint32", COUNTS_1_2_3_4},
    [TRM_COMPONENT_FLOAT16] = {2, "f2", "float16", COUNTS_1_2_4},
    [TRM_COMPONENT_FLOAT32] = {4, "f4", "float32", COUNTS_1_2_3_4},
    [TRM_COMPONENT_UNORM8] = {1, NULL, "unorm8", COUNTS_1_2_4},
    [TRM_COMPONENT_SNORM8] = {1, NULL, "snorm8", COUNTS_1_2_4},
    [TRM_COMPONENT_UNORM16] = {2, NULL, "unorm16", COUNTS_1_2_4},
    [TRM_COMPONENT_SNORM16] = {2, NULL, "snorm16", COUNTS_1_2_4},
    [TRM_COMPONENT_UNORM10_10_10_2] = {4, NULL, "unorm10-10-10-2", 0},
    [TRM_COMPONENT_UNORM8_BGRA] = {1, NULL, "unorm8x4-bgra", 0},
};

#define ROW_COUNT (sizeof rows / sizeof rows[0])

static const char why_null[] = "it is NULL";
static const char why_unknown[] =
    "unknown format; formats are written like 3xf4, float32x3 or uint16";
static const char why_count[] = "the component count must be 1 to 65536, without leading zeros";
static const char why_vertex_count[] =
    "no vertex format of this type has that many components; the array style (3xf4) knows any "
    "number";
static const char why_64_bit[] = "64-bit components do not exist on the GPU's buffer path";

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static const component_row *find_row(trm_component component) {
    size_t index = (size_t)component;
    return index < ROW_COUNT ? &rows[index] : &rows[TRM_COMPONENT_NONE];
}

static trm_format make_format(trm_component component, uint32_t count) {
    uint32_t nbytes = rows[component].nbytes;
    if (component != TRM_COMPONENT_UNORM10_10_10_2)
        nbytes *= count;
    return (trm_format){.component = component, .count = count, .nbytes = nbytes};
}

/* Reads the digits at *cursor and moves it behind them. */
static bool read_count(const char **cursor, uint32_t *count) {
    const char *c = *cursor;
    uint32_t value = 0;

    if (*c == '0')
        return false;
    for (; is_digit(*c); c++) {
        value = value * 10 + (uint32_t)(*c - '0');
        if (value > MAX_COUNT)
            return false;
    }
    *cursor = c;
    *count = value;
    return true;
}

/* Every spelling of the array style starts with a byte order or a count, or is two letters long; no
 * vertex name does or is. */
static bool is_array_style(const char *text) {
    return text[0] == '<' || text[0] == '>' || is_digit(text[0]) || strlen(text) == 2;
}

/* This parser and the next return NULL, or why the text is no format. */
static const char *parse_array_style(const char *text, trm_format *out) {
    const char *cursor = text;
    uint32_t count = 1;

    if (*cursor == '<' || *cursor == '>')
        cursor++;
    if (is_digit(*cursor)) {
        if (!read_count(&cursor, &count))
            return why_count;
        if (*cursor++ != 'x')
            return why_unknown;
    }
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (rows[i].code && strcmp(cursor, rows[i].code) == 0) {
            *out = make_format((trm_component)i, count);
            out->big_endian = text[0] == '>' && rows[i].nbytes > 1;
            return NULL;
        }
    }
    if (strcmp(cursor, "i8") == 0 || strcmp(cursor, "u8") == 0 || strcmp(cursor, "f8") == 0)
        return why_64_bit;
    return why_unknown;
}

/* What follows a stem: nothing for one component, else "x2" to "x4". 0 for anything else. */
static uint32_t read_vertex_count(const char *rest) {
    if (rest[0] == '\0')
        return 1;
    if (rest[0] == 'x' && rest[1] >= '2' && rest[1] <= '4' && rest[2] == '\0')
        return (uint32_t)(rest[1] - '0');
    return 0;
}

static bool is_64_bit_name(const char *text) {
    static const char *const stems[] = {"float64", "sint64", "uint64", "int64"};

    for (size_t i = 0; i < sizeof stems / sizeof stems[0]; i++) {
        size_t length = strlen(stems[i]);
        if (strncmp(text, stems[i], length) == 0 && read_vertex_count(text + length) != 0)
            return true;
    }
    return false;
}

static const char *parse_vertex_style(const char *text, trm_format *out) {
    for (size_t i = TRM_COMPONENT_NONE + 1; i < ROW_COUNT; i++) {
        size_t length = strlen(rows[i].stem);
        if (strncmp(text, rows[i].stem, length) != 0)
            continue;
        uint32_t count = read_vertex_count(text + length);
        if (count == 0)
            continue;
        if (rows[i].counts == 0)
            count = count == 1 ? 4 : 0;
        else if (!(rows[i].counts & (1u << count)))
            return why_vertex_count;
        if (count != 0) {
            *out = make_format((trm_component)i, count);
            return NULL;
        }
    }
    return is_64_bit_name(text) ? why_64_bit : why_unknown;
}

static const char *parse(const char *text, trm_format *out) {
    if (!text)
        return why_null;
    return is_array_style(text) ? parse_array_style(text, out) : parse_vertex_style(text, out);
}

const char *trm_format_why(const char *text) {
    trm_format ignored;
    return parse(text, &ignored);
}

trm_result trm_format_parse(const char *text, trm_format *out) {
    if (!out)
        return TRM_ERROR_INVALID_ARGUMENT;
    *out = (trm_format){0};
    if (!text)
        return TRM_ERROR_INVALID_ARGUMENT;
    return parse(text, out) ? TRM_ERROR_FORMAT : TRM_OK;
}

/* Appends a number at `text` and returns the place behind it. */
static char *write_count(char *text, uint32_t count) {
    uint32_t unit = 1;

    while (count / unit >= 10)
        unit *= 10;
    for (; unit != 0; unit /= 10)
        *text++ = (char)('0' + count / unit % 10);
    return text;
}

static char *write_text(char *text, const char *tail) {
    size_t length = strlen(tail);
    memcpy(text, tail, length + 1);
    return text + length;
}

/* Whether some spelling parses to exactly this value. */
static bool has_spelling(const trm_format *format) {
    const component_row *row = find_row(format->component);
    uint32_t count = format->count;

    if (row->nbytes == 0 || count == 0 || count > MAX_COUNT)
        return false;
    if (format->nbytes != make_format(format->component, count).nbytes)
        return false;
    if (format->big_endian && (!row->code || row->nbytes == 1))
        return false;
    if (row->code)
        return true;
    return row->counts ? count <= 4 && (row->counts & (1u << count)) : count == 4;
}

trm_result trm_format_name(const trm_format *format, char *text, size_t capacity) {
    if (text && capacity > 0)
        text[0] = '\0';
    if (!format || !text || capacity < TRM_FORMAT_NAME_SIZE)
        return TRM_ERROR_INVALID_ARGUMENT;
    if (!has_spelling(format))
        return TRM_OK;

    const component_row *row = find_row(format->component);
    if (row->code) {
        if (format->big_endian)
            text = write_text(text, ">");
        if (format->count > 1)
            text = write_text(write_count(text, format->count), "x");
        write_text(text, row->code);
    } else {
        text = write_text(text, row->stem);
        if (row->counts && format->count > 1)
            *write_count(write_text(text, "x"), format->count) = '\0';
    }
    return TRM_OK;
}

size_t trm_component_nbytes(trm_component component) {
    return find_row(component)->nbytes;
}
