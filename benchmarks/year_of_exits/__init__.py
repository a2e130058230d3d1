"""A simulated year of an agency with leavers, on the real code: is every exit found, and right?"""
