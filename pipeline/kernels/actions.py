"""The action of each row of findings, by tables, and what a group of them is replaced by."""

from __future__ import annotations

import numpy as np

from pipeline.kernels.compiling import compiled


@compiled
def decide_actions(value, holder, is_compound, entity_of, action_of, whole, action):  # type: ignore[no-untyped-def]
    """The stricter of what a row's own entity and its holder's ask for.

    A compound takes its own action where ``whole[that action]``, else -1: its parts are replaced instead.
    ``entity_of[value[k]]`` is the entity of row k, ``action_of[entity]`` a policy's action.
    """
    for k in range(len(value)):
        by_holder = action_of[holder[k]]
        if is_compound[k]:
            action[k] = by_holder if whole[by_holder] else -1
        else:
            action[k] = max(action_of[entity_of[value[k]]], by_holder)


@compiled
def keep_unchanged(value, action, pseudonymise, keep, same, unknown):  # type: ignore[no-untyped-def]
    """Rows to be pseudonymised become kept where ``same[value]`` is 2; of those where it is 0 the places are listed.

    Returns how many are listed in ``unknown``.
    """
    count = 0
    for k in range(len(value)):
        if action[k] == pseudonymise:
            if same[value[k]] == 2:
                action[k] = keep
            elif same[value[k]] == 0:
                unknown[count] = k
                count += 1
    return count


@compiled
def count_actions(value, is_compound, entity_of, action, counts):  # type: ignore[no-untyped-def]
    """``counts[entity, action]``, of rows that have an action and are no compounds; written to."""
    for k in range(len(value)):
        if action[k] >= 0 and not is_compound[k]:
            counts[entity_of[value[k]], action[k]] += 1


@compiled
def code_groups(  # type: ignore[no-untyped-def]
    value, kind, row_field, entity_of, inside, redact, mask, remove, start, end, row, action, field, code, parts
):
    """The field of each group of findings, and what its replacement is made from: payload << 4 | action.

    Group g stands at ``start[g]:end[g]`` under ``action[g]``; row ``row[g]`` decides, or -1 - ``row[g]``, which does
    not span it. ``inside`` is the kind of rows that stand for a part of what they span.

    Returns how many groups are listed in ``parts``: those of which only a part has a value of its own, and whose action
    asks for it. ``row`` becomes the deciding row; their code means nothing.
    """
    listed = 0
    for g in range(len(row)):
        r = row[g]
        part = r < 0
        if part:
            r = -1 - r
            row[g] = r
        part |= kind[r] == inside
        if part and action[g] < mask:
            parts[listed] = g
            listed += 1
        payload = np.int64(value[r])
        if action[g] == redact:
            payload = np.int64(entity_of[value[r]])
        elif action[g] == mask:
            payload = end[g] - start[g]
        elif action[g] == remove:
            payload = np.int64(0)
        field[g] = row_field[r]
        code[g] = payload << 4 | action[g]
    return listed


@compiled
def replace_fields(  # type: ignore[no-untyped-def]
    start, end, field, code, which, whole, field_start, field_end, out_start, out_end, out_field, out_code
):
    """Replace whole fields, ``which`` by codes ``whole``, in place of what is replaced in them; both are in order.

    Returns how many replacements there are then; a replacement says where it stands, in which field, and by what.
    """
    n = 0
    w = 0
    for g in range(len(start) + 1):
        here = np.int64(field[g]) if g < len(start) else np.int64(len(field_start))
        while w < len(which) and which[w] <= here:
            f = which[w]
            out_start[n] = field_start[f]
            out_end[n] = field_end[f]
            out_field[n] = f
            out_code[n] = whole[w]
            n += 1
            w += 1
        if g < len(start) and (w == 0 or which[w - 1] != here):
            out_start[n] = start[g]
            out_end[n] = end[g]
            out_field[n] = here
            out_code[n] = code[g]
            n += 1
    return n


@compiled
def find_slots(code, literal, known, offset, slot, start, end, missing):  # type: ignore[no-untyped-def]
    """Slots of replacements, and where their texts stand: ``known[action, payload]`` is a slot, or -1.

    Returns how many codes have none, listed in ``missing``. Literals, whose payload is not looked up, get slot -1.
    """
    count = 0
    for k in range(len(code)):
        action = code[k] & 15
        payload = code[k] >> 4
        slot[k] = -1
        if action == literal:
            continue
        if payload >= known.shape[1] or known[action, payload] < 0:
            missing[count] = k
            count += 1
            continue
        slot[k] = known[action, payload]
        start[k] = offset[slot[k]]
        end[k] = offset[slot[k] + 1]
    return count
