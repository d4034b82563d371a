"""The one story of a job, from top to bottom, and the decision whether a delivery becomes a job.

`admission.py` turns an event into a job (or an answer, or nothing); `story.py` fulfils a job; `desk.py` is
what the story needs of the place where the job came from, and `workshop.py` what it needs to do the work.
"""
