"""Tables as commands print them, the cells in them that a heading declares, and what only looks like a table."""

from __future__ import annotations

HOST, USER = "HOSTNAME", "USERNAME"
TABLES = {
    "words in capitals, single blanks among them": (
        "USER         PID %CPU %MEM COMMAND\nroot           1  0.0  0.1 init\nmbrandl     4127  0.3  1.2 vim a b\n",
        [(USER, "root"), (USER, "mbrandl")],
    ),
    "a name that means something else beside others": (
        "COMMAND     PID     USER   FD   TYPE DEVICE SIZE/OFF    NODE NAME\n"
        "python3    4127  mbrandl  cwd    DIR  254,1     4096 1310722 /srv\n"
        "python3    4127  mbrandl    5u  IPv4  88123      0t0     TCP *:http\n",
        [(USER, "mbrandl"), (USER, "mbrandl")],
    ),
    "columns set to the right": (
        "    PID USER      PR  NI S COMMAND\n   4127 mbrandl   20   0 S vim\n      7 tosser    20   0 R top\n",
        [(USER, "mbrandl"), (USER, "tosser")],
    ),
    "one value is too wide for its column": (
        "USER       PID   RSS TTY\nmbrandl   4127  4127\nroot         1 123456789 ?\ntosser    4127   127 ?\n",
        [(USER, "mbrandl"), (USER, "root"), (USER, "tosser")],
    ),
    "gaps of two blanks, and names of two words": (
        "NAME    READY   NODE        NOMINATED NODE\nweb-1   1/1     kilnnode3   <none>\n"
        "db-1    0/1     -           <none>\n",
        [(HOST, "kilnnode3"), (HOST, "-")],
    ),
    "a rule below": (
        "Name          SamAccountName Enabled\n----          -------------- -------\n"
        "Marta Brandl  mbrandl           True\n",
        [("PERSON", "Marta Brandl"), (USER, "mbrandl")],
    ),
    "bars": (
        "+----+---------+-------+\n| Id | User    | Host  |\n+----+---------+-------+\n| 17 | mbrandl | kiln7 |\n"
        "+----+---------+-------+\n1 row in set\n| 18 | tosser  | kiln8 |\n",
        [(USER, "mbrandl"), (HOST, "kiln7")],
    ),
    "bars drawn": (
        "┌──────┬─────────┐\n│ user │ uptime  │\n├──────┼─────────┤\n│ kim3 │ 2D      │\n└──────┴─────────┘\n",
        [(USER, "kim3")],
    ),
    "psql": ("  pid  | usename \n-------+---------\n  4127 | mbrandl\n(1 row)\n", [(USER, "mbrandl")]),
    "Markdown": ("| Host | Owner |\n|------|:-----:|\n| kiln7 | kim3 |\n", [(HOST, "kiln7"), (USER, "kim3")]),
    "behind times": (
        "2026-11-24 10:00:00 NODE    STATUS\n2026-11-24 10:00:00 kiln7   up\n2026-11-24 10:00:01 kiln8   down\n",
        [(HOST, "kiln7"), (HOST, "kiln8")],
    ),
    "tabs": ("NODE\tSTATUS\nkiln7\tup\nkiln-long8\tup\n", [(HOST, "kiln7")]),
    "letters of several bytes before it": (
        "TITLE     NODE    STATE\nBürgeramt kiln7   up\nAmt       kiln8   up\n",
        [(HOST, "kiln7"), (HOST, "kiln8")],
    ),
    "values that fill their columns": (
        "TITLE     NODE    STATE     AGE\nregistrar kiln7   suspended 2\narchive   kiln8   up        3\n",
        [(HOST, "kiln7"), (HOST, "kiln8")],
    ),
    "one that is too wide, the rest of its row below": (
        "Device ID        Local Intrfce     Holdtme    Capability\nkiln-switch-4.example\n"
        "                 Gig 1/0/48        120              S I\n"
        "kilnsw5          Gig 1/0/2         118              S I\n",
        [(HOST, "kiln-switch-4.example"), (HOST, "kilnsw5")],
    ),
    "marks before the first column": (
        "    Line       User       Host(s)              Idle       Location\n"
        "*  0 con 0     mbrandl    idle                 00:00:00\n"
        "   2 vty 0     tosser     idle      00:12:40 192.0.2.61\n"
        "   3 vty 1     kim3       idle                 00:00:07   192.0.2.62\n",
        [(USER, "mbrandl"), (USER, "tosser"), (USER, "kim3")],
    ),
    "names behind backslashes": (
        "Server Name            Remark\n-------------------------------\n\\\\KILNFS1              files\n",
        [(HOST, "KILNFS1")],
    ),
    "Slurm": (
        "             JOBID PARTITION     NAME     USER ST       TIME  NODES NODELIST(REASON)\n"
        "              4127     batch    align  mbrandl  R    1:12:04      1 kilnc07\n"
        "              4128     batch    align   tosser PD       0:00      4 (Resources)\n",
        [(USER, "mbrandl"), (HOST, "kilnc07"), (USER, "tosser"), (HOST, "(Resources)")],
    ),
    "a session is marked": (
        " USERNAME    ID  STATE\n>mbrandl      2  Active\n tosser       3  Disc\n",
        [(USER, "mbrandl"), (USER, "tosser")],
    ),
    "several, and what stands between": (
        "$ who\nNODE    STATE\nkiln7   up\n\nkiln8   up\nOWNER   STATE\nkim3    R\nnot of it\ntosser  R\n",
        [(HOST, "kiln7"), (USER, "kim3")],
    ),
    "the heading again": (
        "NODE   STATE\nkiln7  up\nNODE      STATE\nkiln-08a  up\n",
        [(HOST, "kiln7"), (HOST, "kiln-08a")],
    ),
    "what else stands beside tells": (
        "NAME    STATUS   ROLES    AGE   VERSION\nkiln7   Ready    worker   2d    v1.29.2\n\n"
        "NAME    TYPE        AGE\nweb     ClusterIP   2d\n",
        [(HOST, "kiln7")],
    ),
}  # fmt: skip

NO_TABLES = (
    "THE SOFTWARE IS PROVIDED TO THE USER AS IS\nwithout any warranty of whatever kind it may be\n",
    "USER  RULES\nusers must not share what they were given, and\nhosts  are to be named by their owners\n",
    "Host Name                 KILN-WS07\nRegistered Owner          mbrandl\nLogon Server              KILNDC2\n",
    "User name                 mbrandl\nFull Name                 Marta Brandl\nAccount active            Yes\n",
    "INFO  Host Check\nINFO  Web Server\nWARN  Db Server\n",
    "[HOST]\nname = kiln7\nUSER  = kim\n",
    "total 12\ndrwxr-xr-x 2 root root 4096 Nov 24 10:00 a\n-rw-r--r-- 1 root root   12 Nov 24 10:00 b\n",
    "Package    Version\n---------- -------\nhostname   1.2\nuser       0.3\n",
    "HOST: kiln7  USER: kim\nHOST: kiln8  USER: tom\n",
    "----------\nHOST\n----------\nkiln7\n",
)
