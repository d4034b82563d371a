"""The ways in which the code of one file comes about, behind one seam.

Every strategy is made from a `Workbench` and a `Form`, is called with the same inputs, and gives back the same
prediction, so that `ProductionCodeGenerator` does not know which one it has.
"""
