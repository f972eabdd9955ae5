/* What the core knows about formats beyond the public header. */
#ifndef TRM_CORE_FORMAT_INTERNAL_H
#define TRM_CORE_FORMAT_INTERNAL_H

/* Why `text` is no format: a short clause that starts in lower case and lives as long as the
 * program. NULL if it is one. */
const char *trm_format_why(const char *text);

#endif
