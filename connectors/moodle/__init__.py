"""Moodle 4.5 through its REST web services, without a plugin."""

from connectors.moodle.config import CourseFields, MoodleConfig
from connectors.moodle.lms import Moodle

__all__ = ["CourseFields", "Moodle", "MoodleConfig"]
