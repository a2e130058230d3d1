"""A drop folder in which an HRIS places its employee list as a CSV file."""

from connectors.csvfolder.config import Columns, CsvFolderConfig, NewestBy
from connectors.csvfolder.hris import CsvFolder

__all__ = ["Columns", "CsvFolder", "CsvFolderConfig", "NewestBy"]
