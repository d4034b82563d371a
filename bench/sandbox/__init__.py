"""What the sandbox costs: each figure beside a plain way of the same thing, measured in turns in the same run.

A **Figure** is one thing that was measured, as **Line** s: ours first, then what stands beside it. An **Aim** is
what is wished for; whether this run met it depends on the machine and on what else runs there.
"""
