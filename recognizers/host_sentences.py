"""Hosts in sentences: behind a word for a machine, behind a preposition, and before what befell them."""

from __future__ import annotations

from recognizers.declaration import AnchorPattern
from recognizers.hosts import TRIM, is_own_numbered
from recognizers.phrases import NAME_BYTES, OPENERS, SPOKEN
from recognizers.spoken_hosts import (
    STATES,
    host_behind_its_word,
    host_in_a_state,
    host_in_sentence,
    is_framed_name,
)
from recognizers.subjects import BEFORE_VERB, SENTENCE

#: Machines and little else, and what else only machines stand behind.
_MACHINES = (
    r"node|host|server|computer|machine|workstation|laptop|notebook|desktop|kiosk|endpoint|printer|copier|gateway"
    r"|router|switch|firewall|appliance|hypervisor|peer|neighbou?r|member|client|partner|broker|replica|worker|runner"
    r"|follower|leader|master|slave|cluster|registry|bastion|filer|nas|relay|mirror|repeater|hub|probe|player|grader"
    r"|concentrator|head end|tablet|phone|terminal|station|on client|cluster member|launch of|remotely on"
    r"|virtual machine|access point|from ap|for ap|ap|on device|in memory on|not resolve|unknownhostexception:"
    r"|hostname|computador|ordenador|ordinateur|equipo|postazione|rechner|komputera?|dator"
    r"|po\xc4\x8d\xc3\xadta\xc4\x8de?|servidor|serveur|serwera?|poste|maskin"
)
#: Machines, and parts of programs and of machines, too.
_PARTS = (
    r"agent|initiator|target|primary|standby|secondary|manager|array|controller|sensor|vm|guest|instance|storage"
    r"|(?:network|system|device) name|host name|console|collector|forwarder|asset|backup of|partition|camera|panel"
    r"|device|unit|pc|proxy"
)

#: What machines have, and what is said of them.
_THEIRS = (
    r"lease|reservation|name|record|zone|schedule|logs?|console|screen|status|heartbeat|snapshot|backup|replica|image"
    r"|firmware|uptime|drawer|fan|temperature|battery|config|configuration|certificate|reboot|shutdown|upgrade|restart"
    r"|outage|alarm|answer|reply|response|telegram|change|back"
)
#: What stands before the word: a hyphen makes it another (`nsr-master`).
_BEFORE = r"(?:^|[ \n\t(\[\x22':;,=>])-{0,2}"

IN_SENTENCES = (
    AnchorPattern(
        "behind its word",
        rf"{_BEFORE}(?:{_MACHINES}) {OPENERS}[0-9]{{0,3}}[a-z_\x80-\xff]",
        SPOKEN,
        0.4,
        2,
        TRIM,
        back=NAME_BYTES,
        back_over=1,
        part=host_behind_its_word,
    ),
    AnchorPattern(
        "of what machines have",
        rf"\b(?:{_THEIRS}) (?:of|for|on|from|to) [a-z_\x80-\xff]",
        SPOKEN,
        0.4,
        2,
        TRIM,
        back=frozenset(),
        back_over=1,
        part=host_behind_its_word,
    ),
    AnchorPattern(
        "who a machine is",
        rf"{_BEFORE}(?:{_MACHINES}|{_PARTS}) (?:is|was|named|called) [a-z][a-z_]{{0,14}}[0-9-]",
        NAME_BYTES,
        0.4,
        0,
        TRIM,
        back=NAME_BYTES,
        back_over=1,
        check=is_framed_name,
    ),
    AnchorPattern(
        "machine",
        rf"\b(?:{_PARTS}) {OPENERS}[a-z][a-z_]{{0,14}}[0-9-]",
        NAME_BYTES,
        0.4,
        0,
        TRIM,
        back=NAME_BYTES,
        back_over=1,
        check=is_framed_name,
    ),
    AnchorPattern(
        "where something happens",
        r"\b(?:from|of|behind|von|na|em|sur|en|su) [\x22']?[a-z][a-z_]{0,14}[0-9-]",
        NAME_BYTES,
        0.4,
        0,
        TRIM,
        back=NAME_BYTES,
        back_over=1,
        check=is_own_numbered,
    ),
    AnchorPattern(
        "where or with whom",
        r"\b(?:(?:on|to|at|via|with|against|joined|auf) [\x22']?|(?:from|through|between|using|zu|mit) )[a-z]",
        SPOKEN,
        0.4,
        3,
        TRIM,
        back=frozenset(),
        back_over=1,
        part=host_in_sentence,
    ),
    AnchorPattern(
        "in a state",
        BEFORE_VERB + STATES,
        frozenset(),
        0.6,
        0,
        back=SENTENCE,
        back_over=1,
        part=host_in_a_state,
    ),
)
