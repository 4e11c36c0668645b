/* Which descriptors stay open. */
#ifndef PK_DESCRIPTORS_H
#define PK_DESCRIPTORS_H

#include <stddef.h>

/* Closes everything but 0, 1, 2 and "kept", which is sorted by it; numbers below 3 there are skipped. */
void descriptors_close_all_but(int *kept, size_t count);

#endif
