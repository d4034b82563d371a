"""What can go wrong."""


class CellarError(Exception):
    """The root of the shop's errors."""


class UnknownArticle(CellarError):
    """There never was such an article."""

    def __init__(self, article: str) -> None:
        super().__init__(f"There is no article {article!r}.")
        self.article = article


class Shortage(CellarError):
    """There is too little of an article.

    Attributes:
        article: which one.
        wanted: how many bottles were asked for.
        free: how many could be had.
    """

    def __init__(self, article: str, wanted: int, free: int) -> None:
        super().__init__(f"{wanted} of {article!r} were asked for, {free} are free.")
        self.article, self.wanted, self.free = article, wanted, free
