"""Keys after which a host stands, in text that no format takes apart."""

from __future__ import annotations

from recognizers.declaration import AnchorPattern
from recognizers.hosts import TRIM, is_host, is_named, is_numbered, is_own_name
from recognizers.phrases import BELOW, BESIDE, EQUALS, KEYED, NAME_BYTES, OPENERS, SPOKEN
from recognizers.spoken_hosts import is_end_of_connection, is_word_for_host

_OBJECTS = r"(?:host|agent|device|observer|computer|machine|server|endpoint|workstation|asset|node|gateway)\x22"
_KEYED = (
    r"(?:hostname|userhost|\b(?:[sdr]|src|dst|dest|source|destination|remote|client|server|target|dvc|log|mail"
    r"|x-forwarded-|orig|analyzer|peer|caller)?[ _.-]?(?:host|[a-z]{0,24}fqdn|host[ _.-]name|fqdn|servername"
    r"|server[ _.-]name|dnsname)|\b[a-z_]{0,12}(?:device|machine|computer|endpoint|ident|resource"
    r"|log)[_-]?host(?:name)?|\breporting[_ ]?(?:host|device)|(?:private|public)[_-]dns(?:[_-]?name)?|\b(?:c|s|r|cs|sc"
    r"|sr|rs)-(?:dns|host)|\bnas-?identifier|\bap[ _]?name|\b[a-z_]{0,12}(?:machine|computer|workstation|node|device"
    r"|dvc|netbios|source workstation|domain|dns|agent|observer|pod|vm|system|peer|log ?source|appliance|switch|router"
    r"|gateway|station|controller|sensor|firewall)[ ._-]?(?:name)|\bcomputer|\bworkstations?|\bsource workstation"
    r"|\baccount domain|\b[sn]tdomain|\bsntdom|\bdntdom|\buser[ _]?domain|\b[a-z]{1,12}_domain|\b(?:target"
    r"|subject)(?:user)?domainname|\bhelo|\behlo|\bqname|\bsni|\brelay|\bdevname|\b(?:src|dst)name|\bmachine|\bdomain"
    r"|\bdomaine du compte|\bkontodom\xc3\xa4ne|\bdominio (?:de (?:la )?cuenta|account)|\bdom\xc3\xadnio da conta"
    r"|\baccountdomein|\bnom de (?:la station de travail|l'ordinateur)|\barbeitsstation(?:sname)?|\bcomputername"
    r"|\bnombre (?:de estaci\xc3\xb3n de trabajo|del? equipo)|\bnome (?:workstation|computer)"
    r"|\bnome da esta\xc3\xa7\xc3\xa3o de trabalho|\bwerkstationnaam)"
)
#: Keys under which any word of the language may be a host, save those that say that there is none or how it is.
_NAMED_BY_WORDS = (
    r"(?:host(?:[ _.-]?name)?|(?:computer|machine|workstation|node|device|server|netbios)[ _.-]?name|computer"
    r"|workstation|\bnode|domain(?:[ _.-]?name)?|fqdn)(?:=[\x22']?|[\x22']?>|\\{0,3}\x22: ?\\{0,3}\x22)"
)
#: Who sees and reports, in the words of RFC 5424, RFC 4765 and the Elastic Common Schema: machines, and also programs.
_OBSERVERS = r"\b(?:[a-z]{1,16}_)?(?:analyzer|reporter|observer|collector|originator|forwarder)"

BY_KEY = (
    AnchorPattern("after key", _KEYED + "_{0,2}" + KEYED, NAME_BYTES | frozenset(b"="), 0.6, 2, TRIM, check=is_host),
    AnchorPattern("a word after key", _NAMED_BY_WORDS, NAME_BYTES | frozenset(b"="), 0.6, 4, check=is_word_for_host),
    AnchorPattern("after observer", _OBSERVERS + KEYED, NAME_BYTES, 0.6, 3, TRIM, check=is_numbered),
    AnchorPattern(
        "after loose key",
        rf"(?:\b(?:node|terminal|connector|ap|fw|endpoint|array|initiator|peer|asset|agent|member|printer|runon"
        rf"|(?:victim|offender|attacker|target|cluster)_name|[a-z]{{2,16}}server){KEYED}"
        rf"|\bserver(?:{EQUALS}{OPENERS}|: {{0,2}}\x22)"
        r"|[ ,(\[]vm(?:='?|: )|\bhost\(|[ \t]--?(?:host(?:name)?|server|computer(?:name)?|node|target)[ =][\x22']?)",
        NAME_BYTES | frozenset(b"="),
        0.4,
        3,
        TRIM,
        check=is_named,
    ),
    AnchorPattern(
        "after key of many things",
        r"\b(?:system|device|controller|switch|router|firewall|gateway|sensor|scanner|appliance|hypervisor|client"
        rf"|resource){KEYED}",
        NAME_BYTES | frozenset(b"="),
        0.4,
        3,
        TRIM,
        check=is_own_name,
    ),
    AnchorPattern(  # mostly addresses
        "after one end's key",
        r"\b(?:src|dst|dest|dvc|source|destination|target|origin)=\x22?[a-z]",
        SPOKEN,
        0.4,
        3,
        TRIM,
        back=frozenset(),
        back_over=1,
        check=is_end_of_connection,
    ),
    AnchorPattern(
        "beside its name",
        rf"(?:host|computer|machine|device|workstation|endpoint|server|node)[ _-]?(?:name)?{BESIDE}",
        NAME_BYTES,
        0.6,
        2,
        TRIM,
        check=is_named,
    ),
    AnchorPattern("with its length after key", r"\buserhost:\[[0-9]{1,3}\] '", NAME_BYTES, 0.6, 2, TRIM, check=is_host),
    AnchorPattern("in an object", _OBJECTS + BELOW, NAME_BYTES, 0.6, 2, TRIM, check=is_host),
)
