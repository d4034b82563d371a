"""The stock of a small shop."""

from cellar.errors import CellarError, Shortage, UnknownArticle
from cellar.lot import Lot
from cellar.order import Line, Order
from cellar.reservation import Part, Reservation
from cellar.stock import Cellar

__all__ = ["Cellar", "CellarError", "Line", "Lot", "Order", "Part", "Reservation", "Shortage", "UnknownArticle"]
