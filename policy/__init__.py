"""The learning policy as pure functions: plain values in, plain values out.

Standard library only; no clock, no input or output. Every rule names the paragraph of the
source ("Visie §7") that it carries out, and takes its numbers from dated `Parameters`.
"""
