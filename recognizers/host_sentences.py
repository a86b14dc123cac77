"""Hosts in sentences: behind a word for a machine, behind a preposition, and before what befell them."""

from __future__ import annotations

from recognizers.declaration import AnchorPattern
from recognizers.hosts import TRIM, is_own_numbered
from recognizers.listed_names import listed_names
from recognizers.phrases import NAME_BYTES, OPENERS, SPOKEN
from recognizers.spoken_hosts import (
    STATES,
    host_behind_its_word,
    host_in_a_state,
    host_in_sentence,
    is_framed_name,
    is_loosely_named,
)
from recognizers.subjects import BEFORE_VERB, SENTENCE

#: Machines and little else, and what else only machines stand behind.
_MACHINES = (
    r"node|host|server|computer|machine|workstation|laptop|notebook|desktop|kiosk|endpoint|printer|copier|gateway"
    r"|router|switch|firewall|appliance|hypervisor|peer|neighbou?r|member|client|partner|broker|replica|worker|runner"
    r"|follower|leader|master|slave|cluster|registry|bastion|filer|nas|relay|mirror|repeater|hub|probe|player|grader"
    r"|concentrator|head end|tablet|phone|terminal|station|on client|cluster member|launch of|remotely on"
    r"|virtual machine|access point|from ap|for ap|ap|on device|initiator|primary|standby|secondary|collector"
    r"|forwarder|camera|handset|archive|modality|panel|guest|manager|reader|recorder|encoder|decoder|balancer"
    r"|coordinator|distribution point|back office|blade|robot|till|responder|appliance|in memory on|not resolve"
    r"|unknownhostexception:|hostname|computador|ordenador|ordinateur|equipo|postazione|rechner|komputera?|dator"
    r"|po\xc4\x8d\xc3\xadta\xc4\x8de?|servidor|serveur|serwera?|poste|maskin"
)
#: Machines, and parts of programs and of machines, too.
_PARTS = (
    r"vm|instance|storage|(?:network|system|device) name|host name|asset|backup of|partition|device|unit|pc|proxy"
    r"|source|array|target|agent|console|controller|sensor|register"
)
_SEVERAL = (
    r"nodes|hosts|servers|peers|members|clients|machines|workstations|computers|printers|gateways|routers|switches"
    r"|replicas|workers|brokers|agents|controllers|endpoints|appliances|desktops|laptops|targets|between"
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
    *listed_names(_SEVERAL, is_loosely_named),
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
