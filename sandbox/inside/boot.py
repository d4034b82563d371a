"""Start one of our programs inside the room: `python -I boot.py worker`.

The code may have a package that is called like ours, so ours leaves the import system once it is loaded.
"""

import importlib
import os
import sys

HOME = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))  # noqa: PTH120 - pathlib is slow to load

if __name__ == "__main__":
    sys.dont_write_bytecode = True  # -I ignores the variable, and the workspace is somebody's repository
    sys.path.insert(0, HOME)
    main = importlib.import_module("sandbox.inside." + sys.argv.pop(1)).main
    sys.path.remove(HOME)
    for name in [name for name in sys.modules if name.partition(".")[0] == "sandbox"]:
        del sys.modules[name]
    main()
