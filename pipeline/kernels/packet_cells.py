"""Kernels for columns of packets: which text stands in which packet's cell."""

from __future__ import annotations

from pipeline.kernels.compiling import compiled


@compiled
def texts_of_numbers(number, action, action_of, text_of, text):  # type: ignore[no-untyped-def]
    """The text of each row that holds an address, -1 for others and where its action is not its value's.

    Args:
      number, action: int32 and int8 [k], of each row; a number of -1 for none.
      action_of, text_of: int8 and int32 [n], by number.
      text: int32 [k], filled.
    """
    for k in range(len(number)):
        n = number[k]
        text[k] = text_of[n] if n >= 0 and action_of[n] == action[k] else -1


@compiled
def fill_cells(rows, row_packet, place, text, slot, is_list, cells, counts):  # type: ignore[no-untyped-def]
    """Fill in the texts of columns that are no lists, of several the last, and count those of lists.

    Args:
      rows, row_packet: of a dissection.
      place: int64 [p], the place of each packet among those shown, or -1.
      text: int32 [k], the text of each row, or -1.
      slot: int64 [columns], of each column its row in ``cells`` or ``counts``, or -1.
      is_list: bool [columns].
      cells: int32 [slots, shown], filled; begins as -1.
      counts: int64 [lists, shown], filled; begins as 0.
    """
    for k in range(len(rows)):
        column = rows[k, 4]
        if column < 0 or text[k] < 0 or row_packet[k] < 0 or slot[column] < 0:
            continue
        at = place[row_packet[k]]
        if at < 0:
            continue
        if is_list[column]:
            counts[slot[column], at] += 1
        else:
            cells[slot[column], at] = text[k]


@compiled
def fill_lists(rows, row_packet, place, text, slot, is_list, begin, values):  # type: ignore[no-untyped-def]
    """The texts of columns that are lists, packet by packet, as rows stand in their order.

    Args:
      begin: int64 [lists], where each column's stand in ``values``; moved to their ends.
    """
    for k in range(len(rows)):
        column = rows[k, 4]
        if column < 0 or not is_list[column] or text[k] < 0 or row_packet[k] < 0 or slot[column] < 0:
            continue
        if place[row_packet[k]] >= 0:
            values[begin[slot[column]]] = text[k]
            begin[slot[column]] += 1


@compiled
def see_columns(rows, seen):  # type: ignore[no-untyped-def]
    """Mark the columns in which some row stands."""
    for k in range(len(rows)):
        if rows[k, 4] >= 0:
            seen[rows[k, 4]] = True


@compiled
def see_numbers(numbers, which, absent, seen):  # type: ignore[no-untyped-def]
    """Mark the columns of int64 [p, columns] that have a number in one of the packets ``which``."""
    for k in range(len(which)):
        for column in range(numbers.shape[1]):
            seen[column] |= numbers[which[k], column] != absent


@compiled
def split_numbers(numbers, which, columns, absent, values, valid):  # type: ignore[no-untyped-def]
    """Some columns of packets, one after the other: ``values`` and bool ``valid`` [columns, shown], 0 where absent."""
    for k in range(len(which)):
        for place in range(len(columns)):
            value = numbers[which[k], columns[place]]
            there = value != absent
            valid[place, k] = there
            values[place, k] = value if there else 0


@compiled
def in_order_of_sight(codes, seen, order):  # type: ignore[no-untyped-def]
    """Number codes anew, in place, in the order in which they first occur; -1 stays. Returns how many there are.

    ``seen``, int32 [distinct], begins as -1; ``order`` is filled with the codes by their new numbers.
    """
    count = 0
    for k in range(len(codes)):
        code = codes[k]
        if code < 0:
            continue
        if seen[code] < 0:
            seen[code] = count
            order[count] = code
            count += 1
        codes[k] = seen[code]
    return count
