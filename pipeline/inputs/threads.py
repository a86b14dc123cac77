"""Which mails of a run belong to one conversation, wherever their files lie (RFC 5322, 3.6.4)."""

from __future__ import annotations

from collections import Counter, defaultdict
from email import message_from_bytes, policy

from pipeline.inputs.plain_mail import PARSER_ERRORS, mail_ids

#: So many of the mails that one answers are looked at: the first, and those just before it.
MOST_ABOVE = 100


class Threads:
    """The ids of mails, gathered one by one."""

    def __init__(self) -> None:
        self._ids: dict[int, tuple[str, list[str]]] = {}

    def add(self, number: int, head: bytes) -> None:
        """Note the ids in the beginning of a mail; one whose headers cannot be read is in no conversation."""
        try:
            own, above = mail_ids(message_from_bytes(_headers(head), policy=policy.compat32))
        except PARSER_ERRORS:
            return
        if len(above) > MOST_ABOVE:
            above = [*above[:1], *above[1 - MOST_ABOVE :]]
        if own or above:
            self._ids[number] = own, above

    def conversations(self) -> dict[int, str]:
        """By number of a mail: the id of its conversation, the same for all mails that name each other or one other.

        It is the id of the mail that began it, as far as known: of those that most say they answer and that themselves
        answer none. It does not depend on the order in which mails were added.
        """
        leader: dict[str, str] = {}

        def led(name: str) -> str:
            while (above := leader.setdefault(name, name)) != name:
                leader[name] = leader[above]
                name = leader[name]
            return name

        for own, above in self._ids.values():
            first, *others = [name for name in (own, *above) if name]
            for other in others:
                leader[led(other)] = led(first)
        answers = {own for own, above in self._ids.values() if above}
        began: dict[str, Counter[str]] = defaultdict(Counter)
        for own, above in self._ids.values():
            first = above[0] if above else own
            began[led(first)][first] += 1
        name_of = {
            group: min(counts, key=lambda name: (name in answers, -counts[name], name))
            for group, counts in began.items()
        }
        return {number: name_of[led(own or above[0])] for number, (own, above) in self._ids.items()}


def _headers(head: bytes) -> bytes:
    head = head.removeprefix(b"\xef\xbb\xbf")
    ends = [place for mark in (b"\n\n", b"\r\n\r\n", b"\r\r") if (place := head.find(mark)) >= 0]
    return head[: min(ends, default=len(head))]
