"""Admission: who may ask for a job, what was asked, in which repository, and whether there is room for it."""
