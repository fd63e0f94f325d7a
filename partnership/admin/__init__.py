"""The staff room: Django's own admin over every entry of the register, with a thin layer of ours.

`site` is what `partnership.urls` mounts; importing this package registers every entry model on it.
"""

from . import accounts, bundles, giving, merges, records, reference
from .bundle_preview import shared_bundle_preview
from .notices import feed_view as notice_feed
from .notices import stop_view as stop_notices
from .preview import shared_preview
from .site import site

__all__ = [
    "accounts",
    "bundles",
    "giving",
    "merges",
    "notice_feed",
    "records",
    "reference",
    "shared_bundle_preview",
    "shared_preview",
    "site",
    "stop_notices",
]
