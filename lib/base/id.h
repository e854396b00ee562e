/*
 * id: random identifiers from the kernel's generator.
 */
#ifndef IVS_BASE_ID_H
#define IVS_BASE_ID_H

#include <stddef.h>
#include <stdint.h>

enum {
	ID_PARTICIPANT_SIZE = 13, /* 12 alphanumerics, as IVS makes them, and a NUL */
	ID_SESSION_SIZE = 21,     /* 20 alphanumerics and a NUL: 119 bits */
	ID_REQUEST_SIZE = 25      /* 24 alphanumerics and a NUL */
};

/* Fill p with len random bytes. Ends the process when the kernel has none. */
void id_random(void *p, size_t len);

/* Fill out with size - 1 characters of [A-Za-z0-9], uniformly, and a NUL. Returns out. */
char *id_make(char *out, size_t size);

#endif
