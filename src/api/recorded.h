/* Lines about what others heard: `decode` of recorded sessions and tables. They are those that helpers read; what stays
 * the same from line to line is written once, and copied. */
#ifndef API_RECORDED_H
#define API_RECORDED_H

#include "api/api.h"

struct api_recorded;

struct api_recorded *api_recorded_new(const struct api_settings *settings);
void api_recorded_free(struct api_recorded *r);

/* Whose messages the next lines are about. `note`: more JSON members for "neighbor", often empty. */
void api_recorded_neighbor(struct api_recorded *r, const struct terms *terms, struct text note);

/* A line begins with this, `"counter": 7, ` included ... */
void api_recorded_head(struct api_recorded *r, struct buffer *b, uint64_t wall, uint64_t counter);
/* ... and goes on with a session event: a message is shown in hexadecimal where its content is not there; */
void api_recorded_event(struct api_recorded *r, struct buffer *b, const struct session_event *event);
/* ... or with something that no session has: JSON members, inside "neighbor" or without one. */
void api_recorded_report(struct api_recorded *r, struct buffer *b, bool neighbor, const char *type,
                         struct text members);

#endif
