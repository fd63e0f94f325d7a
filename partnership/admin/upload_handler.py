"""No more of an uploaded file is taken in than the site allows: what comes after is read past and kept nowhere."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile


class Bounded(FileUploadHandler):
    """Drops a file once it is larger than allowed, and says so at the request as `has_large_file`."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Count anew for each file."""
        super().new_file(*args, **kwargs)
        self._taken = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass a piece on to the handlers that keep it.

        Raises:
            SkipFile: the file is too large.
        """
        self._taken += len(raw_data)
        if self._taken > settings.UPLOAD_BYTES:
            self.request.has_large_file = True  # type: ignore[union-attr]  # Django sets the request before any file
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """It keeps no file itself."""
        return None
