"""The report to the management team per period (Visie §4, §5, §8, §9; P11)."""
