"""What the planner's tools do, one file each. All take the snapshot as data and give a short text."""
