"""When something holds: all, any or none of simple comparisons over named values. Pure, and free of forms.

A *value* is a number, a text, or a list of texts; nothing is the lack of it. A *condition* is read from JSON
(`syntax`), judged (`evaluate`, whose twin for browsers is `static/js/conditions.js`), and found fault with before it is
used (`check`, and `reach` for whether it can hold at all).
"""
