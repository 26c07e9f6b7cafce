"""Positions as a map draws them: licensed tiles of China are drawn in GCJ-02, where ours are WGS 84."""

from __future__ import annotations

from math import cos, pi, radians, sin, sqrt

_RADIUS = 6_378_245.0  # metres: of the ellipsoid of Krasovsky, on which the formula stands
_FLATNESS = 0.006_693_421_622_965_943_23  # square of the eccentricity
# Outside of this nothing is shifted: degrees of latitude and of longitude.
_LATITUDES, _LONGITUDES = (0.8293, 55.8271), (72.004, 137.8347)


def shown_at(latitude: float, longitude: float, datum: str) -> tuple[float, float]:
    """Where a point of WGS 84 lies on a map of ``datum`` (``wgs84`` or ``gcj02``), in degrees.

    The formula of GCJ-02 was never published officially; this is the one that the open libraries share
    (github.com/googollee/eviltransform), whose published pairs of points the test compares.
    """
    inside = _LATITUDES[0] <= latitude <= _LATITUDES[1] and _LONGITUDES[0] <= longitude <= _LONGITUDES[1]
    if datum != "gcj02" or not inside:
        return latitude, longitude
    north, east = _shift(longitude - 105, latitude - 35)
    bend = 1 - _FLATNESS * sin(radians(latitude)) ** 2
    north *= 180 * bend * sqrt(bend) / (_RADIUS * (1 - _FLATNESS) * pi)
    east *= 180 * sqrt(bend) / (_RADIUS * cos(radians(latitude)) * pi)
    return latitude + north, longitude + east


def _shift(x: float, y: float) -> tuple[float, float]:
    """Metres to the north and to the east, by degrees from the middle of the country."""
    wave = 20 * sin(6 * pi * x) + 20 * sin(2 * pi * x)
    north = wave + 20 * sin(pi * y) + 40 * sin(pi * y / 3) + 160 * sin(pi * y / 12) + 320 * sin(pi * y / 30)
    east = wave + 20 * sin(pi * x) + 40 * sin(pi * x / 3) + 150 * sin(pi * x / 12) + 300 * sin(pi * x / 30)
    bow = 0.1 * x * y + 0.2 * sqrt(abs(x))
    north = north * 2 / 3 - 100 + 2 * x + 3 * y + 0.2 * y * y + bow
    east = east * 2 / 3 + 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    return north, east
