"""What the policy is about: requests, tranches, in-company training, enrolments, leaving;
and the accounts and readings that they rest on.
"""
