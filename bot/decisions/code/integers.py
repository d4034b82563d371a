"""Integers: whole numbers as Python text."""

#: Numbers of more bits are written in hexadecimal: Python refuses decimals of more than 4300 digits,
#: https://docs.python.org/3/library/stdtypes.html#int-max-str-digits
LARGE = 4096


def written(value: int) -> str:
    """A whole number as it may stand in Python code, however large it is."""
    return hex(value) if value.bit_length() > LARGE else str(value)
