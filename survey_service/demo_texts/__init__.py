"""The words and places of the demo company, Linden Flowers, in the six languages of the chrome.

Pure: no database, clock or settings; whatever is drawn comes from the `random.Random` that the caller seeds.
"""
