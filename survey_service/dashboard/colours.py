"""The colours of drawings: a page's style sheet has them, light or dark; on paper the drawing itself has. Pure."""

COLOURS = {
    "ink": "#1b1c1f",
    "ink-2": "#4a4c51",
    "ink-3": "#66686e",
    "line": "#dfdfd9",
    "line-strong": "#85857e",
    "promoter": "#08707a",
    "passive": "#918c7b",
    "detractor": "#cc4a17",
    "surface": "#ffffff",
}
"""The light theme's tokens; a test holds them equal to the style sheet's."""

PRINT_STYLE = (
    "text{{font-family:'Noto Sans',sans-serif;font-size:12px;fill:{ink3}}}"
    ".lead{{font-size:13px;font-weight:600;fill:{ink}}}.label{{fill:{ink2}}}.grid{{stroke:{line}}}"
    ".zero{{stroke:{strong}}}.break,.mean{{stroke:{strong};stroke-dasharray:2 3}}"
    ".band{{fill:{ink};fill-opacity:0.09}}.line{{fill:none;stroke:{ink};stroke-width:2}}"
    ".point,.dot{{fill:{ink}}}.few{{stroke:{ink3};stroke-width:2}}.whisker{{stroke:{ink2};stroke-width:2;stroke-linecap:round}}"
    ".f-promoter{{fill:{promoter}}}.f-passive{{fill:{passive}}}.f-detractor{{fill:{detractor}}}"
    ".f-ink{{fill:{ink2}}}.f-few{{fill:{strong}}}.f-gap{{fill:{surface}}}"
).format(
    ink=COLOURS["ink"],
    ink2=COLOURS["ink-2"],
    ink3=COLOURS["ink-3"],
    line=COLOURS["line"],
    strong=COLOURS["line-strong"],
    promoter=COLOURS["promoter"],
    passive=COLOURS["passive"],
    detractor=COLOURS["detractor"],
    surface=COLOURS["surface"],
)


def for_print(svg: str) -> str:
    """The figure with the light colours inside."""
    start = svg.index(">") + 1
    return f"{svg[:start]}<style>{PRINT_STYLE}</style>{svg[start:]}"
