"""How long something took or somebody has waited, in words. Pure."""

from datetime import timedelta


def age(waited: timedelta) -> str:
    """“less than a minute”, “12 min”, “5 h”, “3 days”: whole and rounded down."""
    minutes = int(waited.total_seconds()) // 60
    if minutes < 1:
        return "less than a minute"
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h"
    return f"{minutes // (24 * 60)} days"
