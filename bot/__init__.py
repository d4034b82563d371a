"""Code Intern: a labelled issue becomes a draft pull request that carries its own proof.

The words, one per thing, everywhere in code, logs, comments and documentation:

A **Delivery** is one signed piece of mail from GitHub. It is verified, stored and answered within
milliseconds, and only then read: as a **Command** that a person gave by a label or a comment. If that
person may ask it, it becomes a **Job**: one wish for one issue or one pull request.

A job is fulfilled by one durable story (`bot.workflow`). It takes a **Snapshot** of the repository (files
as data, never a checkout), looks for a **Reproduction**, a test that fails today because of the fault, makes a
**Plan** of **ModuleSpec** s and a test strategy, and writes a **Patch** in the **Sandbox**: what a model
returns (**GeneratedCode**) is only a claim. **Evidence** is what fresh **Room** s, which no model ever entered,
observed of exactly that patch: its new tests fail on the base commit and pass on the patch, so does the reproduction
as it was, which is no part of it, and nothing else broke. A closer look says whether those tests are worth anything:
**Repeat** s, whether they always say the same; **Coverage**, which changed lines they run; **Mutant** s, copies of
the patch with one small fault each, whether they would notice; **WrongAnswer** s in them, whether they would notice
that. **Sentinel** s, tests of our own among the others, tell whether a run was tampered with. Each numbered try is an
**Attempt** within a **Budget** of attempts, minutes, tokens and money; what all jobs of a day have spent stands in the
**Daybook**, and a job's **Account** there says what is left. A pure function judges the evidence; only a
**Verdict** of "proven" lets the publisher open a pull request. The model proposes; what our own code measured
decides. A **Halt** is the word that a job has to end before its time: its work ends within seconds, and it says so.

Where to look: `decisions/` says who may ask and when a patch is proven, `sentences/` holds everything the
bot says, `programs/` are the DSPy programs, `evidence/` measures, `github/` is the only writer on GitHub,
`engine/` makes steps durable, and `sandbox/` (beside this package) locks rooms.
"""
