/* Trees in JSON, for what is written once and read by people: exports and schemas. Written without blanks, and laid out
 * at the end. */
#ifndef CONFIG_TREE_H
#define CONFIG_TREE_H

#include "base/buffer.h"

/* A comma where one is needed, and the key of a member. */
void tree_key(struct buffer *b, const char *key);
void tree_item(struct buffer *b);                                /* the comma alone, before an element of an array */
void tree_open(struct buffer *b, const char *key, char bracket); /* "key":{ */
void tree_text(struct buffer *b, const char *key, struct text value);
void tree_string(struct buffer *b, const char *key, const char *value);
void tree_bool(struct buffer *b, const char *key, bool value);
void tree_number(struct buffer *b, const char *key, uint64_t value);
void tree_null(struct buffer *b, const char *key);

/* A tree in lines, each member and element of its own: `indent` blanks for each level, 0: none, less than 0: one line.
 * Ends in a newline. */
void put_tree(struct buffer *b, struct text tree, int indent);

#endif
