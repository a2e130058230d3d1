"""The figures as tables for analysis, with a dictionary of every column: of the reports that were
kept, to publish, or of each employee under a pseudonym, for HR alone."""
