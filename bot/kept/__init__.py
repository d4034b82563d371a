"""What is kept of a job in a folder: its trajectory, evidence, report and patch, for people and for `intern replay`."""
