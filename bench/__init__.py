"""The benchmark: where the time of the demo's job goes. `python -m bench`, no test and no limit on any time.

A **Span** is a stretch of time that was spent somewhere; a **Performance** is one job that was played, taken apart
into spans; a **Spread** is what several measurements of the same thing look like together. A **Row** is one line of
the report. Seconds differ from machine to machine, so each part also gives ratios that were measured in one run.
`bench.sandbox` measures the sandbox by itself.
"""
