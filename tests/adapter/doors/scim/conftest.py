from tests.adapter.doors.web.conftest import either_client, either_parts

__all__ = ["either_client", "either_parts"]
