"""A small repository in src layout, with a traceback into it."""

from sandbox.files import File, Tree

FILES = {
    "README.md": "# shop\n",
    "src/shop/__init__.py": "from .cart import Cart\n",
    "src/shop/cart.py": (
        "from .prices import price_of\n\n\nclass Cart:\n"
        '    """What a customer wants to buy."""\n\n'
        "    def __init__(self):\n        self.lines = []\n\n"
        "    def add(self, name, count=1):\n        self.lines.append((name, count))\n\n"
        "    def total(self):\n        return sum(price_of(name) * count for name, count in self.lines)\n"
    ),
    "src/shop/prices.py": (
        "PRICES = {'apple': 3}\n\n\n"
        "def price_of(name):\n"
        '    """The price in cents."""\n'
        "    if name not in PRICES:\n"
        "        raise LookupError(f'no price is known for {name!r}')\n"
        "    return PRICES[name]\n"
    ),
    "src/shop/receipt.py": (
        "from shop.cart import Cart\n\n\ndef printed(cart: Cart) -> str:\n    return str(cart.total())\n"
    ),
    "src/shop/mail.py": "def send(text):\n    return len(text)\n",
    "tests/test_cart.py": (
        "from shop import Cart\nfrom shop.cart import Cart\n\n\ndef test_total():\n    assert Cart().total() == 0\n"
    ),
}

ISSUE = """Buying a pear crashes

Adding something unknown should be told at once.

Traceback (most recent call last):
  File "/home/me/app.py", line 3, in <module>
    print(printed(cart))
  File "/home/me/venv/lib/python3.12/site-packages/shop/receipt.py", line 5, in printed
    return str(cart.total())
  File "/home/me/venv/lib/python3.12/site-packages/shop/cart.py", line 14, in total
    return sum(price_of(name) * count for name, count in self.lines)
  File "/home/me/venv/lib/python3.12/site-packages/shop/prices.py", line 7, in price_of
    raise LookupError(f'no price is known for {name!r}')
LookupError: no price is known for 'pear'
"""


def tree_of(files: dict[str, str]) -> Tree:
    return {path: File(text.encode()) for path, text in files.items()}


def tree() -> Tree:
    return tree_of(FILES)
