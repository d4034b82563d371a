"""Distances on the globe."""

from math import asin, cos, radians, sin, sqrt

#: Mean radius of the earth in metres (IUGG).
RADIUS = 6_371_008.8


def distance(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Metres along the surface between two places, each (latitude, longitude) in degrees: the haversine formula."""
    (lat1, lon1), (lat2, lon2) = a, b
    half_lat, half_lon = radians(lat2 - lat1) / 2, radians(lon2 - lon1) / 2
    chord = sin(half_lat) ** 2 + cos(radians(lat1)) * cos(radians(lat2)) * sin(half_lon) ** 2
    return 2 * RADIUS * asin(min(1.0, sqrt(chord)))
