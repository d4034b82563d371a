"""The corpus: patches that are green without being right, and honest ones, all put before the real judge.

`python -m bench.dishonest` runs them in real rooms and prints caught/total for each **family**, a way to be green. A
**Case** is one patch with what must become of it. A dishonest one that is proven all the same says so itself, with
the reason why (`missed`): the README prints that number, too.
"""
