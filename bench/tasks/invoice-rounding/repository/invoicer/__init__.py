"""Invoices for a small workshop."""

from invoicer.invoice import Invoice
from invoicer.lines import Line

__all__ = ["Invoice", "Line"]
