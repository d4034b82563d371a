"""The DSPy programs: they read a snapshot, make a plan and write a patch. What they return is a claim.

A **Model** says which language model to use and where. A **session** gives one job its own language model,
whose **Ledger** counts every call and refuses the next one when the budget is spent or the job is stopped.
Inside of a session `make_plan` plans with tools (`dspy.ReAct`), `write_patch` writes code by one of three
**strategies**, which all run it in a room (`dspy.CodeAct`, `dspy.ProgramOfThought`, `dspy.RLM`), and tests
(`dspy.ChainOfThought`), and `refine_until_convinced` (`dspy.Refine`) repeats that with the evidence's own words
until it convinces.

No token, no setting and no GitHub is reachable from here. Text of the issue, of the repository and of the
model is data in fields of its own, never part of an instruction.
"""
