/* Routes that are a list of fields: what all of them share. See fields.h. */
#include "bgp/nlri/fields.h"

const struct route_type *route_type_of(const struct route_type *types, unsigned code) {
    for (; types->fields[0].kind; types++)
        if (types->code == code)
            return types;
    return NULL;
}

bool fields_open(const struct route_type *type, struct field_context context, struct cursor inside,
                 struct fields *out) {
    const struct field *field = type->fields;
    *out = (struct fields){.type = type, .context = context};
    for (struct cursor *value = out->value; field < type->fields + FIELDS_MOST && field->kind; field++, value++) {
        const uint8_t *start = inside.p;
        if (!field->kind->take(&inside, &out->context) || inside.bad)
            return false;
        *value = (struct cursor){start, inside.p, false};
    }
    return cursor_done(&inside);
}

/* The field that is shown at this place; NULL: no more. */
static const struct field *field_ranked(const struct route_type *type, unsigned rank, size_t *index) {
    for (*index = 0; *index < FIELDS_MOST && type->fields[*index].kind; ++*index)
        if (type->fields[*index].rank == rank)
            return &type->fields[*index];
    return NULL;
}

static void field_json(const struct field *field, struct cursor value, const struct field_context *context,
                       struct buffer *out) {
    if (field->kind->json) {
        field->kind->json(field, value, context, out);
        return;
    }
    bool bare = field->kind->bare && !field->quoted;
    put_char(out, '"');
    put_string(out, field->key);
    put_string(out, bare ? "\": " : "\": \"");
    field->kind->text(value, context, out);
    if (!bare)
        put_char(out, '"');
}

void fields_json(const struct fields *f, struct buffer *out) {
    const struct field *field;
    size_t index, list = buffer_len(out);
    for (unsigned rank = 1; (field = field_ranked(f->type, rank, &index)); rank++) {
        size_t before = buffer_len(out);
        if (before != list)
            put_literal(out, ", ");
        size_t start = buffer_len(out);
        field_json(field, f->value[index], &f->context, out);
        if (buffer_len(out) == start)
            buffer_cut(out, before);
    }
}

static bool field_is_absent(const struct field *field, struct cursor value, const struct field_context *context) {
    uint8_t memory[16];
    struct buffer none = buffer_fixed(memory, sizeof memory);
    if (!field->kind->absent)
        return false;
    field->kind->absent(context, &none);
    return cursor_same(value, buffer_cursor(&none));
}

static void field_words(const struct field *field, struct cursor value, const struct field_context *context,
                        struct buffer *out) {
    if (field->kind->words) {
        field->kind->words(field, value, out);
        return;
    }
    if (field->word) {
        put_string(out, field->word);
        put_char(out, ' ');
    }
    field->kind->text(value, context, out);
}

void fields_text(const struct fields *f, struct buffer *out) {
    const struct field *field;
    size_t index;
    const char *before = f->type->word ? f->type->word : "";
    put_string(out, before);
    for (unsigned rank = 1; (field = field_ranked(f->type, rank, &index)); rank++) {
        if (field_is_absent(field, f->value[index], &f->context))
            continue;
        if (*before)
            put_char(out, ' ');
        before = " ";
        field_words(field, f->value[index], &f->context, out);
    }
}

void fields_key(const struct fields *f, struct buffer *out) {
    put_u16(out, f->type->code);
    for (size_t i = 0; i < FIELDS_MOST && f->type->fields[i].kind; i++)
        if (f->type->fields[i].names_route)
            put_cursor(out, f->value[i]);
}

/* ---- From words ---- */

const struct route_type *fields_type(const struct draft *d, const struct route_type *types) {
    return &types[d->numbers[0]];
}

static const char *field_name(const struct route_type *type, const struct field *field) {
    return field->word ? field->word : type->word;
}

/* The value of a field; of one that was read before, the first counts. */
static bool field_read(struct draft *d, const struct route_type *type, size_t index, struct text word,
                       struct words *words) {
    const struct field *field = &type->fields[index];
    size_t before = buffer_len(&d->parts);
    put_u8(&d->parts, (uint8_t)index);
    size_t hole = put_hole16(&d->parts);
    if (!field->kind->parse(words, word, &d->parts))
        return words_fail(words, "%s is not valid: \"%.*s\"", field_name(type, field), TEXT_ARGS(words->taken)) ||
               complain_wanted(words->complaint, "%s", field->kind->want);
    fill_hole16(&d->parts, hole);
    if (d->seen >> index & 1)
        buffer_cut(&d->parts, before);
    d->seen |= 1U << index;
    return true;
}

static bool fields_unknown_type(const struct route_type *types, struct text word, struct words *words) {
    struct nearest nearest = {.word = word};
    words_fail(words, "\"%.*s\" is no type of route", TEXT_ARGS(word));
    for (; types->fields[0].kind; types++)
        nearest_try(&nearest, types->word);
    complain_nearest(words->complaint, &nearest);
    return false;
}

bool fields_start(struct draft *d, const struct route_type *types, struct words *words) {
    const struct route_type *type = types;
    struct text word = {"", 0};
    if (type->word) {
        if (!words_take(words, "a type of route", &word))
            return false;
        while (type->fields[0].kind && !text_is(word, type->word))
            type++;
        if (!type->fields[0].kind)
            return fields_unknown_type(types, word, words);
    }
    d->numbers[0] = (uint64_t)(type - types);
    for (size_t i = 0; i < FIELDS_MOST && type->fields[i].kind; i++)
        if (!type->fields[i].word)
            return field_read(d, type, i, word, words);
    return true;
}

enum taken fields_keyword(struct draft *d, const struct route_type *types, struct text keyword, struct words *words) {
    const struct route_type *type = fields_type(d, types);
    for (size_t i = 0; i < FIELDS_MOST && type->fields[i].kind; i++) {
        const struct field *field = &type->fields[i];
        if ((field->word && text_is(keyword, field->word)) ||
            (field->kind->also && text_is(keyword, field->kind->also)))
            return field_read(d, type, i, keyword, words) ? TAKEN : TAKEN_BADLY;
    }
    return NOT_MINE;
}

/* What was read of a field. */
static bool field_found(const struct draft *d, size_t index, struct cursor *value) {
    struct cursor parts = buffer_cursor(&d->parts);
    while (!cursor_done(&parts)) {
        size_t of = cursor_u8(&parts);
        *value = cursor_cut(&parts, cursor_u16(&parts));
        if (of == index)
            return true;
    }
    return false;
}

bool fields_finish(struct draft *d, const struct route_type *types, struct words *words, struct buffer *out) {
    const struct route_type *type = fields_type(d, types);
    struct field_context context = {.afi = d->family->afi};
    for (size_t i = 0; i < FIELDS_MOST && type->fields[i].kind; i++) {
        const struct field *field = &type->fields[i];
        struct cursor value;
        if (field_found(d, i, &value)) {
            put_cursor(out, value);
            field->kind->take(&value, &context);
        } else if (field->kind->absent) {
            field->kind->absent(&context, out);
        } else if (field->kind->withdrawn && d->purpose == DRAFT_WITHDRAW) {
            field->kind->withdrawn(out);
        } else {
            return words_fail(words, "%s %s without %s", d->family->safi_name, type->word ? type->word : "route",
                              field_name(type, field)) ||
                   complain_wanted(words->complaint, "%s %s", field_name(type, field), field->kind->want);
        }
    }
    return true;
}
