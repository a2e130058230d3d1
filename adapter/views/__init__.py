"""What people read: the work list, reconciliation, reports, documents; they change nothing
of a subject but by its own acts.
"""
