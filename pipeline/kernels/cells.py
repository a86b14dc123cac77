"""Cells of columns: which field stands in each, and which number it is."""

from __future__ import annotations

from pipeline.kernels.compiling import compiled


@compiled
def see_numbers(number, seen):  # type: ignore[no-untyped-def]
    """Mark the numbers that occur, as of columns in which a field stands; -1 is none."""
    for k in range(len(number)):
        if number[k] >= 0:
            seen[number[k]] = True


@compiled
def place_fields(record_field, rows, field_column, slot, cells, extra, extra_row):  # type: ignore[no-untyped-def]
    """Give each column of each row its first field, and the rest to the attributes.

    Args:
      rows: the records that are rows.
      slot: [columns], the place of a column in ``cells``, or -1 for one that is an attribute.
      cells: [slots, rows], -1 where a row has no field of a column; written to.
      extra, extra_row: written to, the fields that stand in no cell, ascending, and their rows.

    Returns how many stand in no cell.
    """
    count = 0
    for k in range(len(rows)):
        for f in range(record_field[rows[k]], record_field[rows[k] + 1]):
            column = field_column[f]
            if column < 0:
                continue
            place = slot[column]
            if place >= 0 and cells[place, k] < 0:
                cells[place, k] = f
            else:
                extra[count] = f
                extra_row[count] = k
                count += 1
    return count


@compiled
def any_edited(fields, field_edit):  # type: ignore[no-untyped-def]
    """Whether one of the fields, -1 for none, has an edit."""
    for f in fields:  # noqa: SIM110
        if f >= 0 and field_edit[f + 1] > field_edit[f]:
            return True
    return False


@compiled
def read_numbers(data, field_start, field_end, field_edit, fields, most_digits, value, good):  # type: ignore[no-untyped-def]
    """``value[k]`` of field ``fields[k]``; not ``good[k]``, and 0, where there is none, it is edited or no integer.

    Returns how many are fields and no good numbers.
    """
    bad = 0
    for k in range(len(fields)):
        f = fields[k]
        value[k] = 0
        good[k] = False
        if f < 0:
            continue
        at = field_start[f]
        end = field_end[f]
        negative = at < end and data[at] == 45
        if negative:
            at += 1
        number = 0
        fits = 0 < end - at <= most_digits and field_edit[f + 1] == field_edit[f]
        while fits and at < end:
            digit = int(data[at]) - 48
            fits = 0 <= digit <= 9
            number = number * 10 + digit
            at += 1
        if fits:
            value[k] = -number if negative else number
            good[k] = True
        else:
            bad += 1
    return bad


@compiled
def count_before(row, code, seen_in, times, rank):  # type: ignore[no-untyped-def]
    """``rank[k]``: how often ``code[k]`` stood in its row before; rows ascend.

    Args:
      seen_in, times: one for each code, the former of -1; used up.

    Returns whether any did.
    """
    found = False
    for k in range(len(code)):
        c = code[k]
        if seen_in[c] == row[k]:
            times[c] += 1
            found = True
        else:
            seen_in[c] = row[k]
            times[c] = 0
        rank[k] = times[c]
    return found
