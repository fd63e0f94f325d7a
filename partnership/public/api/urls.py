"""The addresses of the API: those of the pages, below `/api/v1/`."""

from django.urls import path, re_path

from .kinds import KINDS
from .views import Document, EntryDetail, EntryList, Nowhere, Root

urlpatterns = [
    path("", Root.as_view(), name="api-root"),
    path("openapi.json", Document.as_view(), name="api-document"),
    *(path(f"{kind.name}/", EntryList.as_view(kind=kind), name=f"api-{kind.name}") for kind in KINDS),
    *(
        path(kind.path, EntryDetail.as_view(kind=kind), name=f"api-{kind.model.kind_name()}")
        for kind in KINDS
    ),
    re_path(r"^[\s\S]+/$", Nowhere.as_view(), name="api-nowhere"),
]
