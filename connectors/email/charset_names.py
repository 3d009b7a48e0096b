"""The names charsets go by in real mail, beyond those Python knows (E10)."""

_SPOKEN = {
    "windows-1254": (
        "cp-1254 cp1254 1254 win1254 win-1254 windows1254 x-cp1254 windows-1254-turkish turkish tr ms-turk"
        " iso-8859-9-windows-latin-5 iso-8859-9-windows-latin5 ansi x-ansi"
    ),
    "iso-8859-9": (
        "8859-9 iso8859-9 iso-88599 iso88599 iso-8859-9-e iso-8859-9-i iso-latin-5 latin5 latin-5 l5"
        " csisolatin5"
    ),
    "utf-8": (
        "utf8 utf unicode unicode-1-1-utf-8 x-unicode-2-0-utf-8 utf-8-sig x-utf-8 utf-8n utf-8mb4 utf8mb4"
    ),
    "us-ascii": "ascii 7bit",
    "iso-8859-1": "latin1 latin-1 iso8859-1 8859-1 iso-88591 iso88591",
    "windows-1252": "cp-1252 cp1252 win1252 windows1252",
    "cp850": "cp-850",
    "cp857": "cp-857 dos-857",
    "mac-turkish": "x-mac-turkish macturkish",
    "mac-roman": "x-mac-roman",
    "cp949": "ks-c-5601-1987",
    "gbk": "gb2312 x-gbk",
    "cp932": "x-sjis shift-jis",
    "utf-7": "unicode-1-1-utf-7",
    "iso-8859-8": "iso-8859-8-i",
    "iso-8859-6": "iso-8859-6-i",
}
ALIASES = {alias: label for label, aliases in _SPOKEN.items() for alias in aliases.split()}
"""Lower-case names with hyphens to the label used everywhere else."""

CODECS = {"windows-1254": "cp1254", "iso-8859-9": "cp1254", "windows-1252": "cp1252", "us-ascii": "ascii"}
"""Labels whose Python codec goes by another name, or, for iso-8859-9, is better read as its superset."""

WESTERN = frozenset({"us-ascii", "iso-8859-1", "windows-1252", "iso-8859-15"})
SINGLE_OCTET = WESTERN | {
    "windows-1254", "iso-8859-9", "iso-8859-3", "cp850", "cp857", "mac-turkish", "mac-roman",
}  # fmt: skip
UNFIT = frozenset({"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "mbcs", "oem"})
"""Python codecs that are no charset of mail, or take a hostile text very long."""
