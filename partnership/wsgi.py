"""The application that a production server runs: `gunicorn partnership.wsgi`.

It chooses production settings unless PARTNERSHIP_ENV says otherwise.
"""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partnership.settings")
os.environ.setdefault("PARTNERSHIP_ENV", "production")

application = get_wsgi_application()
