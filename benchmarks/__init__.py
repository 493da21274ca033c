"""Measurements with their calibration beside them: `make bench`."""
