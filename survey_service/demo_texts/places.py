"""The demo company's tree: six regions, ten stores, two counters inside stores."""

from collections.abc import Mapping
from typing import Literal

import msgspec

Kind = Literal["region", "store", "counter"]


class DemoPlace(msgspec.Struct, frozen=True):
    """A node of the tree.

    `languages` says in which languages its customers answer, as shares that add up to 1; `traffic` is its
    share of the chain's answers. Regions have neither: nobody answers at a region.
    """

    code: str
    parent: str | None
    kind: Kind
    name: str
    own_name: str
    own_language: str
    city: str
    languages: Mapping[str, float] = {}
    traffic: float = 0.0


def _region(code: str, name: str, own_name: str, own_language: str) -> DemoPlace:
    return DemoPlace(code, None, "region", name, own_name, own_language, name)


def _inside(
    parent: DemoPlace,
    code: str,
    names: tuple[str, str],
    languages: Mapping[str, float],
    traffic: float,
    kind: Kind = "store",
) -> DemoPlace:
    return DemoPlace(
        code,
        parent.code,
        kind,
        names[0],
        names[1],
        parent.own_language,
        parent.city,
        languages,
        traffic,
    )


_RIGA = _region("riga", "Riga", "Rīga", "lv")
_TBILISI = _region("tbilisi", "Tbilisi", "თბილისი", "ka")
_COLOMBO = _region("colombo", "Colombo", "කොළඹ", "si")
_KOCHI = _region("kochi", "Kochi", "കൊച്ചി", "ml")
_ADDIS = _region("addis-ababa", "Addis Ababa", "አዲስ አበባ", "am")
_AMMAN = _region("amman", "Amman", "عمّان", "ar")

_HARBOUR = _inside(_RIGA, "riga-harbour", ("Harbour Street", "Ostas iela"), {"en": 1.0}, 0.13)
_RAINBOW = _inside(_AMMAN, "amman-rainbow", ("Rainbow Street", "شارع الرينبو"), {"ar": 0.85, "en": 0.15}, 0.09)

PLACES: tuple[DemoPlace, ...] = (
    _RIGA,
    _HARBOUR,
    _inside(_HARBOUR, "riga-station", ("Station Counter", "Stacijas lete"), {"en": 1.0}, 0.05, "counter"),
    _TBILISI,
    _inside(
        _TBILISI,
        "tbilisi-rustaveli",
        ("Rustaveli Avenue", "რუსთაველის გამზირი"),
        {"ka": 0.85, "en": 0.15},
        0.12,
    ),
    _inside(_TBILISI, "tbilisi-vake", ("Vake", "ვაკე"), {"ka": 0.95, "en": 0.05}, 0.07),
    _COLOMBO,
    _inside(_COLOMBO, "colombo-galle-road", ("Galle Road", "ගාලු පාර"), {"si": 0.75, "en": 0.25}, 0.1),
    _inside(_COLOMBO, "colombo-pettah", ("Pettah", "පිටකොටුව"), {"si": 0.95, "en": 0.05}, 0.06),
    _KOCHI,
    _inside(_KOCHI, "kochi-mg-road", ("M. G. Road", "എം. ജി. റോഡ്"), {"ml": 0.8, "en": 0.2}, 0.1),
    _inside(_KOCHI, "kochi-fort", ("Fort Kochi", "ഫോർട്ട് കൊച്ചി"), {"ml": 0.7, "en": 0.3}, 0.06),
    _ADDIS,
    _inside(_ADDIS, "addis-piassa", ("Piassa", "ፒያሳ"), {"am": 0.95, "en": 0.05}, 0.1),
    _inside(_ADDIS, "addis-bole", ("Bole", "ቦሌ"), {"am": 0.8, "en": 0.2}, 0.08),
    _AMMAN,
    _RAINBOW,
    _inside(
        _RAINBOW, "amman-hospital", ("Hospital Counter", "ركن المستشفى"), {"ar": 0.95, "en": 0.05}, 0.04, "counter"
    ),
)

ANSWERING: tuple[DemoPlace, ...] = tuple(place for place in PLACES if place.kind != "region")
