"""Plural forms, after the rules of the CLDR for the languages of the shop."""


def form_of(language: str, count: int) -> str:
    """The form for a number of things."""
    if language == "pl":
        if count == 1:
            return "one"
        last, two = count % 10, count % 100
        return "few" if 2 <= last <= 4 and not 12 <= two <= 14 else "many"
    if language == "fr":
        return "one" if count in (0, 1) else "other"
    return "one" if count == 1 else "other"
