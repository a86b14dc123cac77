"""Which lines of what people wrote are pasted: logs, code, configuration, stack traces, output of commands.

Names are looked for in prose alone. So a line that could be a sentence stays prose, whatever stands around it, save
between two fences of Markdown, which say that it is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

#: Of a longer line its beginning decides.
JUDGED = 512
_FENCE = re.compile(rb"[ \t]{0,3}(```|~~~)[^`\r\n]*\r?\n?\Z")
_CLOCK = rb"\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?"
_DATE = rb"(?:\d{4}[-/.]\d\d[-/.]\d\d|\d\d?[-/.]\d\d?[-/.]\d{2,4}|\d\d?/[A-Z][a-z]{2}/\d{4})"
_MONTH = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_DAY = rb"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?"
_ZONE = rb"(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?"
#: How a line of a log begins, priority and brackets included.
_STAMP = re.compile(
    rb"(?:<\d{1,3}>(?:\d )?)?[\[({\"']?(?:"
    + _DATE + rb"(?:[T :_]" + _CLOCK + _ZONE + rb")?"
    rb"|" + _DAY + _MONTH + rb" [ \d]?\d (?:\d{4} )?" + _CLOCK + rb"(?: \d{4})?"
    rb"|" + _DAY + rb"\d\d? " + _MONTH + rb" \d{4} " + _CLOCK + _ZONE +
    rb"|" + _CLOCK +
    rb"|\d{10}(?:\.\d{1,9}|\d{3})?"
    rb"|\s*\d{1,7}\.\d{6}"
    rb")(?=[\])}\"' ,;:|\t])"
)  # fmt: skip
#: What hardly stands behind a time in a sentence.
_EVIDENCE = re.compile(
    rb"\b(?:EMERG|ALERT|CRIT(?:ICAL)?|FATAL|ERR(?:OR)?|WARN(?:ING)?|NOTICE|INFO|DEBUG|TRACE|SEVERE|FINE)\b"
    rb"|\b(?:level|severity|pri(?:ority)?)\s*="
    rb"|[\w./-]+\[\d+\]:|\[[\w.:/-]+\]|\b[\w.@-]+=\S|\"[\w.@-]+\"\s*:|\b\d{1,3}(?:\.\d{1,3}){3}\b"
    rb"|\b[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}\b|\b0x[0-9A-Fa-f]{2,}\b|\b[a-z0-9]+(?:[_.][a-z0-9]+)+\b"
    rb"|\w+(?:::|->)\w|[\w-]+/[\w-]+/[\w.-]+|\| |%[A-Z]{2,}-\d-"
    rb"|\A\W* (?:[a-z]*[\d.-][\w.-]* [a-z][\w./()-]*|[\w.-]+ (?:kernel|sudo|su|cron|sshd|systemd|dhclient)): "
)
#: Lines that are no sentences by their own shape.
_SHAPES = re.compile(
    # a stack trace
    rb"\s*at [\w$.<>/@-]+[.:][\w$<>]+ ?\(|\s*at (?:async )?[\w$.<>]* ?\(?(?:[\w.-]*[/\\:])[^ ]*:\d+\)?\s*\Z"
    rb"|\s*File \"[^\"]+\", line \d+|Traceback \(most recent call last\)|\s*\.\.\. \d+ (?:more|common frames)"
    rb"|(?:Caused by: |Exception in thread \"[^\"]*\" )?(?:[a-z_$][\w$]*\.)+[A-Z][\w$]*(?:Error|Exception|Fault)\b"
    rb"|[A-Z]\w*(?:Error|Exception): |\s*#\d{1,3}\s+(?:0x[0-9a-f]+|[\w/]+)|goroutine \d+ \[|panic: |\tfrom [\w/.]+:\d+"
    rb"|\s+\^+~*\s*\Z|\s*\[<[0-9a-f]+>\]|\s*(?:RIP|EIP|Call Trace|Code): "
    # what a program was told, and a prompt
    rb"|\s*(?:PS )?[A-Za-z]:\\[^>]*>|[\w.-]+@[\w.-]+[: ][^ ]*[$#%]\s|\s*\$ [a-z./]|[\w.-]+(?:\([\w-]+\))?[#>] ?[a-z]"
    rb"|\s*(?:sudo|curl|ssh|ping|traceroute|nslookup|dig|kubectl|docker|systemctl|journalctl|tcpdump|openssl) -{0,2}\S+"
    # a dump of bytes, an armoured block, one long token
    rb"|\s*[0-9A-Fa-f]{4,8}:? {1,2}(?:[0-9A-Fa-f]{2,4}[ -]{1,2}){4}|-----(?:BEGIN|END) [A-Z0-9 ]+-----"
    rb"|\s*[A-Za-z0-9+/=_-]{48,}\s*\Z"
    # code, markup and configuration
    rb"|\s*[\w.*\])\"' ]+\s*(?:=|:=|\+=|==|=>)\s*[^ ].*;\s*\Z|.*(?:\s\{|[{};)\]][;{}])\Z"
    rb"|\s*[{}\[\]()]+[,;]?\s*\Z|\s+\"[^\" ]*\",?\Z|\s*\"[^\"]{1,64}\"\s*:\s*(?:[\[{\"\d-]|true|false|null)"
    rb"|\s*[{\[]\s*\"|\s*</?[a-zA-Z][\w:.-]*(?:\s+[\w:.-]+=|/?>(?![ \t]+[^<>\s][^<>]*\Z))"
    rb"|\s*(?:import|from) [\w.]+(?: import [\w*, ]+)?;?\s*\Z|\s*(?:def|class|func|function|public|private|static) \w+"
    rb"[^.]*[({:]\s*\Z|\s*#include\b|\s*(?://|/\*|\*/|--) |@@ -\d|diff --git |index [0-9a-f]{7}|(?:\+\+\+|---) [ab]/"
    rb"|\s*[\w.-]+\s*=\s*(?:\S+|\"[^\"]*\")\s*\Z|\s*\[[\w.:/ -]+\]\s*\Z|\s*(?:SELECT|INSERT INTO|UPDATE|DELETE FROM) .*"
    rb"\b(?:FROM|VALUES|SET|WHERE)\b|\s*(?:[\w.-]+=(?:\"[^\"]*\"|\S+)[ ,;]+){2}"
    # tables, packets, replies of servers, lines of access logs
    rb"|[-+=|_*#~ ]{8,}\s*\Z|\s*\|.*\|.*\|\Z|(?:[^|\s][^|]*\|){4}|\s*\+-[-+]+\+|\d{3}[ -]\d\.\d{1,3}\.\d{1,3}[ :]"
    rb"|(?:<<<|>>>) (?:\d{3}|[A-Z]{4})\b|[\w.:-]+ [\w-]+ [\w-]+ \[[^\]]+\] \""
    rb"|\d+ bytes from |\s*(?:inet6?|ether|link/\w+) "
    rb"|(?:<\d{1,3}>|%[A-Z][\w-]+-\d-[\w-]+: |CEF:\d|LEEF:\d|type=[A-Z_]+ msg=)"
)
#: A word of a sentence, and what stands behind it.
_WORD = re.compile(rb"[A-Za-z\x80-\xff][a-z\x80-\xff'-]*[,.!?:;)\"']*")
#: Runs of columns: three or more, two blanks or a tab between.
_COLUMNS = re.compile(rb"(?:\S+(?: \S+)?(?: {2,}|\t+)){2}\S")
#: What machines write, in ASCII: letters and digits mixed, or parts joined by marks; no handle, topic or address.
_MACHINE = re.compile(
    rb"(?<!\S)(?![@#&]|https?:|[:;][()DPp]|[^\s]*[\x80-\xff])(?:[^\sA-Za-z]*[A-Za-z][^\s\d]*\d|\S*\d[.:/_=-]\d|\S*\w[_=/\\{}<>|]+\w"
    rb"|[/\\{}<>\[\]|=]\S|\S*\w(?:::|->|\(\))|--?\w|\w+\.\w+\.\w)\S*"
)
#: A line with no less than this share of such tokens is pasted.
LEAST_MACHINE = 0.6
#: A line between two pasted ones that holds no more words than this is, too.
MOST_WORDS_BESIDE = 1


def pasted_lines(lines: Sequence[bytes]) -> list[bool]:
    """Whether each line of one text is pasted; blank ones only between fences.

    Args:
      lines: as they stand, with or without what ends them and without marks of a quote.
    """
    pasted = [_is_pasted(line[:JUDGED]) for line in lines]
    _fill_fences(lines, pasted)
    # Inside of a block stand lines that tell nothing by themselves: what a trace or a command goes on with.
    for k in range(1, len(lines) - 1):
        if not pasted[k] and pasted[k - 1] and pasted[k + 1]:
            pasted[k] = bool(lines[k].strip()) and _words_of(lines[k][:JUDGED]) <= MOST_WORDS_BESIDE
    return pasted


def _fill_fences(lines: Sequence[bytes], pasted: list[bool]) -> None:
    """A fence that nothing closes is none."""
    opened, mark = -1, b""
    for k, line in enumerate(lines):
        fence = _FENCE.match(line[:JUDGED])
        if fence is None:
            continue
        if opened < 0:
            opened, mark = k, fence[1]
        elif fence[1] == mark:
            pasted[opened : k + 1] = [True] * (k + 1 - opened)
            opened = -1


def _is_pasted(line: bytes) -> bool:
    text = line.rstrip()
    if not text:
        return False
    if _SHAPES.match(text):
        return True
    stamp = _STAMP.match(text.lstrip())
    if stamp is not None:
        return _EVIDENCE.search(text.lstrip()[stamp.end() :]) is not None
    tokens = text.split()
    machine = len(_MACHINE.findall(text))
    if _COLUMNS.match(text.lstrip()) and machine * 3 >= len(tokens):
        return True
    return len(tokens) >= 3 and machine >= LEAST_MACHINE * len(tokens)


def _words_of(line: bytes) -> int:
    return sum(_WORD.fullmatch(token) is not None for token in line.split())
