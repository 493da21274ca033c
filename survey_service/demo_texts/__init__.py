"""The words and places of the demo company, Linden Flowers, whose customers read six languages.

Pure: no database, clock or settings; whatever is drawn comes from the `random.Random` that the caller seeds.
"""

LANGUAGES = ("en", "am", "ka", "ml", "si", "ar")
"""The languages of the demo."""
