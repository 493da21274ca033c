"""Kinds of charts: one file a kind, its drawing beside its form for Plotly. Pure.

What all say of themselves is `base.Chart`. A section of the summary imports the one that it draws; there is no table
of them, and they have no names, for nobody chooses a chart by one.
"""
