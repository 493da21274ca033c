"""Who serves customers in the demo company's stores: two or three at each of its largest."""

import msgspec


class DemoEmployee(msgspec.Struct, frozen=True):
    """Somebody at a place. `shifts` is their share of its work, `liked` how much oftener they are named where a
    customer is content than where one is not."""

    code: str
    place: str
    name: str
    shifts: int
    liked: float = 1.0


EMPLOYEES: tuple[DemoEmployee, ...] = (
    DemoEmployee("riga-h-1", "riga-harbour", "Ilze", 5, 1.6),
    DemoEmployee("riga-h-2", "riga-harbour", "Mārtiņš", 4),
    DemoEmployee("riga-h-3", "riga-harbour", "Elīna", 2, 0.7),
    DemoEmployee("tbilisi-r-1", "tbilisi-rustaveli", "Nino", 5, 1.2),
    DemoEmployee("tbilisi-r-2", "tbilisi-rustaveli", "Giorgi", 4),
    DemoEmployee("colombo-g-1", "colombo-galle-road", "Nadeesha", 5),
    DemoEmployee("colombo-g-2", "colombo-galle-road", "Kasun", 3, 0.8),
    DemoEmployee("kochi-m-1", "kochi-mg-road", "Anjali", 5, 1.3),
    DemoEmployee("kochi-m-2", "kochi-mg-road", "Vishnu", 4),
    DemoEmployee("addis-p-1", "addis-piassa", "Hana", 5),
    DemoEmployee("addis-p-2", "addis-piassa", "Dawit", 4, 1.2),
    DemoEmployee("amman-r-1", "amman-rainbow", "Rania", 5, 1.1),
    DemoEmployee("amman-r-2", "amman-rainbow", "Omar", 4),
)
