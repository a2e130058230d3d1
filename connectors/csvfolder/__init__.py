"""A drop folder in which an HRIS places its employee list as a CSV file."""
