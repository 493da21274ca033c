"""Kinds of charts: one file a kind, its drawing beside its form for Plotly. Pure.

What all say of themselves is `base.Chart`. A section of the summary draws one, and names it by that; there is no table
of them, for nobody chooses a chart by its name.
"""
