/* What a peer did wrong, and what it costs: rows of the error contract, named by their ids ("ATT-08"). */
#ifndef BGP_FAULT_H
#define BGP_FAULT_H

#include "base/cursor.h"

/* What a mistake costs, from the weakest to the strongest (RFC 7606 section 2). */
enum harm {
    HARM_NONE,
    HARM_SKIP,     /* this one NLRI is dropped */
    HARM_DISCARD,  /* this attribute is dropped */
    HARM_WITHDRAW, /* treat-as-withdraw: all that the UPDATE announces counts as withdrawn */
    HARM_RESET,    /* NOTIFICATION, and the session ends */
};

enum { FAULT_OWN = 64 * 6 }; /* room for what we offered, when that is the Data: a capability for each family */

/* The NOTIFICATION that a HARM_RESET ends in, or (code 0) a close without one. */
struct fault {
    const char *row; /* "HDR-03" */
    uint8_t code, subcode;
    uint8_t own[FAULT_OWN]; /* data of ours, when `data` points here */
    struct cursor data;     /* borrowed from the message, or from `own`: a fault is not copied while data is in use */
    char message[96];       /* for the log; never sent */
};

/* Fills in a fault; always false, so that a reader can return it. */
bool fault_make(struct fault *f, const char *row, uint8_t code, uint8_t subcode, struct cursor data, const char *format,
                ...) __attribute__((format(printf, 6, 7)));

#endif
