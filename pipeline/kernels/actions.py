"""The action of each row of findings, by tables."""

from __future__ import annotations

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
