"""The points of all units: listed, on a map, and entered from a sheet."""
