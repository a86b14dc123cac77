"""Acme's mail server: the syslog of postfix, dovecot, sshd and sudo on one machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipeline.demo.clients import ACME, GLOBEX, Person
from pipeline.demo.days import Day
from pipeline.demo.router import SCANNERS, lan_address

SERVER = "mx1"
PARTNERS = ("jo.park@partner.example.net", "billing@supplier.example.org", "newsletter@example.com")


def lines(day: Day, count: int) -> Iterator[str]:
    stories: tuple[Callable[[Day, Person], list[str]], ...] = (
        delivery,
        delivery,
        delivery,
        received,
        mailbox,
        mailbox,
        shell,
        guessing,
        upkeep,
    )
    # Two letters of the day come from the other client: such lines are quarantined, not released.
    letters_after = [400, 900]
    made = 0
    while True:
        story = day.pick(stories)
        if letters_after and made >= letters_after[0]:
            del letters_after[0]
            story = foreign
        for text in story(day, day.pick(ACME)):
            if made == count:
                return
            day.pass_time(45)
            yield f"{day.rfc3164()} {SERVER} {text}"
            made += 1


def address(person: Person) -> str:
    return f"{person.account}@acme.example"


def delivery(day: Day, person: Person) -> list[str]:
    queue, to = day.hexadecimal(10).upper(), day.pick(PARTNERS)
    relay = f"mail.{to.split('@')[1]}[192.0.2.{day.between(60, 63)}]:25"
    client = f"{person.host}.acme.example[{lan_address(person)}]"
    return [
        f"postfix/smtpd[2211]: {queue}: client={client}, sasl_method=PLAIN, sasl_username={person.account}",
        f"postfix/cleanup[2214]: {queue}: message-id=<{day.uuid()}@{person.host}.acme.example>",
        f"postfix/qmgr[1102]: {queue}: from=<{address(person)}>, size={day.between(900, 90000)}, nrcpt=1 (active)",
        f"postfix/smtp[2216]: {queue}: to=<{to}>, relay={relay}, delay=0.{day.digits(2)}, dsn=2.0.0, status=sent",
        f"postfix/qmgr[1102]: {queue}: removed",
    ]


def received(day: Day, person: Person) -> list[str]:
    queue, sender = day.hexadecimal(10).upper(), day.pick(PARTNERS)
    return [
        f"postfix/smtpd[2230]: connect from mail.{sender.split('@')[1]}[192.0.2.{day.between(60, 63)}]",
        f"postfix/qmgr[1102]: {queue}: from=<{sender}>, size={day.between(900, 90000)}, nrcpt=1 (active)",
        f"dovecot: lmtp({address(person)})<2301>: msgid=<{day.hexadecimal(12)}@{sender.split('@')[1]}>: "
        f"saved mail to INBOX",
        f"postfix/lmtp[2232]: {queue}: to=<{address(person)}>, relay=mx1.acme.example[private/dovecot-lmtp], "
        f"delay=0.{day.digits(2)}, dsn=2.0.0, status=sent",
    ]


def foreign(day: Day, person: Person) -> list[str]:
    sender = day.pick(GLOBEX)
    return [
        f"postfix/qmgr[1102]: {day.hexadecimal(10).upper()}: from=<{sender.account}@globex.example>, "
        f"size={day.between(900, 9000)}, nrcpt=1 (active)"
    ]


def mailbox(day: Day, person: Person) -> list[str]:
    session = day.hexadecimal(16)
    return [
        f"dovecot: imap-login: Login: user=<{person.account}>, method=PLAIN, rip={lan_address(person)}, "
        f"lip=10.20.0.25, mpid={day.between(2000, 9000)}, TLS, session=<{session}>",
        f"dovecot: imap({person.account})<{day.between(2000, 9000)}><{session}>: Disconnected: Logged out "
        f"in={day.between(40, 900)} out={day.between(500, 99000)}",
    ]


def shell(day: Day, person: Person) -> list[str]:
    ip, port = lan_address(person), day.between(32768, 60999)
    fingerprint = day.hexadecimal(43)
    return [
        f"sshd[3120]: Accepted password for {person.account} from {ip} port {port} ssh2"
        if day.chance(0.5)
        else f"sshd[3120]: Accepted publickey for {person.account} from {ip} port {port} ssh2: "
        f"RSA SHA256:{fingerprint}",
        f"sshd[3120]: pam_unix(sshd:session): session opened for user {person.account} by (uid=0)",
        f"sudo: {person.account} : TTY=pts/0 ; PWD=/home/{person.account} ; USER=root ; "
        f"COMMAND=/usr/bin/doveadm mailbox status -u {address(person)} messages INBOX",
        f"sshd[3120]: Disconnected from user {person.account} {ip} port {port}",
    ]


def guessing(day: Day, person: Person) -> list[str]:
    ip, port = day.pick(SCANNERS), day.between(1024, 65535)
    guess = day.pick(("admin", "oracle", "test", person.account))
    return [
        f"sshd[3188]: Invalid user {guess} from {ip} port {port}",
        f"sshd[3188]: Failed password for invalid user {guess} from {ip} port {port} ssh2",
        f"dovecot: auth: passwd-file({guess},{ip}): unknown user",
    ]


def upkeep(day: Day, person: Person) -> list[str]:
    return [
        "CRON[4001]: (root) CMD (/usr/local/sbin/rotate-mail --quiet)",
        f"backup[4010]: copied /home/{person.account}/Maildir to //nas-02.acme.example/backup/{person.account}",
        f"backup[4010]: Project Kingfisher archive complete, password={day.hexadecimal(12)}",
    ]
