"""Addresses of the site: the public pages, written out, and the staff room."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from partnership.admin import notice_feed, shared_bundle_preview, shared_preview, site, stop_notices
from partnership.public.api.page import ApiPage
from partnership.public.feeds import EditionFeed
from partnership.public.views import (
    about,
    areas,
    calendars,
    changes,
    coverage,
    data,
    editions,
    feeds,
    files,
    pages,
    parties,
    records,
    relations,
    robots,
    searching,
    sources,
    timeline,
)

# In every language: /events/ in English, /fr/events/ in French.
pages_in_every_language: list[URLPattern | URLResolver] = [
    path("", pages.Home.as_view(), name="home"),
    path("relations/", relations.RelationList.as_view(), name="relations"),
    path("relations/<slug:party>/", relations.RelationShort.as_view(), name="relation-short"),
    path("relations/<slug:organisation>/<slug:party>/", relations.RelationDetail.as_view(), name="relation"),
    path("parties/", parties.PartyList.as_view(), name="parties"),
    path("parties/<slug:slug>/", parties.PartyDetail.as_view(), name="party"),
    path("areas/", areas.AreaList.as_view(), name="areas"),
    path("areas/<slug:slug>/", areas.AreaDetail.as_view(), name="area"),
    path("sources/", sources.SourceList.as_view(), name="sources"),
    path("sources/<slug:slug>/", sources.SourceDetail.as_view(), name="source"),
    path("events/", records.EventList.as_view(), name="events"),
    path("events/<slug:slug>/", records.EventDetail.as_view(), name="event"),
    path("programmes/", records.ProgrammeList.as_view(), name="programmes"),
    path("programmes/<slug:slug>/", records.ProgrammeDetail.as_view(), name="programme"),
    path("exercises/", records.ExerciseList.as_view(), name="exercises"),
    path("exercises/<slug:slug>/", records.ExerciseDetail.as_view(), name="exercise"),
    path("funds/", records.FundList.as_view(), name="funds"),
    path("funds/<slug:slug>/", records.FundDetail.as_view(), name="fund"),
    path("contributions/", records.ContributionList.as_view(), name="contributions"),
    path("contributions/<slug:slug>/", records.ContributionDetail.as_view(), name="contribution"),
    path("operations/", records.OperationList.as_view(), name="operations"),
    path("operations/<slug:slug>/", records.OperationDetail.as_view(), name="operation"),
    path("standings/", records.StandingList.as_view(), name="standings"),
    path("standings/<slug:slug>/", records.StandingDetail.as_view(), name="standing"),
    path("timeline/", timeline.Timeline.as_view(), name="timeline"),
    path("search/", searching.SearchPage.as_view(), name="search"),
    path("coverage/", coverage.CoverageIndex.as_view(), name="coverage"),
    path(
        "coverage/<slug:organisation>/<slug:party>/",
        coverage.RelationCoverage.as_view(),
        name="relation-coverage",
    ),
    path("changes/", changes.ChangeList.as_view(), name="changes"),
    path("corrections/", editions.CorrectionList.as_view(), name="corrections"),
    path("editions/", editions.EditionList.as_view(), name="editions"),
    path("editions/<int:number>/", editions.EditionDetail.as_view(), name="edition"),
    path("data/", data.DataPage.as_view(), name="data"),
    path("data/columns/", data.ColumnsPage.as_view(), name="data-columns"),
    path("api/", ApiPage.as_view(), name="api"),
    path("about/", about.About.as_view(), name="about"),
    path("accessibility/", about.Accessibility.as_view(), name="accessibility"),
    path("licence/", about.Licence.as_view(), name="licence"),
    path("privacy/", about.Privacy.as_view(), name="privacy"),
    path("report/", about.ReportError.as_view(), name="report"),
    path("preview/<str:token>/", shared_preview, name="preview"),
    path("preview/bundle/<str:token>/", shared_bundle_preview, name="bundle-preview"),
    path("preview/bundle/<str:token>/<path:path>", shared_bundle_preview, name="bundle-preview-page"),
    path("admin/", site.urls),
]

# Files, feeds and the API say the same to everybody: one address each.
urlpatterns = [
    path("api/v1/", include("partnership.public.api.urls")),
    path("editions/feed.atom", EditionFeed(), name="editions-feed"),
    path("data/<str:name>", data.DataFile.as_view(), name="data-file"),
    *files.file_addresses(),
    *feeds.feed_addresses(),
    *calendars.calendar_addresses(),
    *robots.robot_addresses(),
    path("notices/<str:token>.atom", notice_feed, name="notice-feed"),
    path("notices/stop/<str:token>/", stop_notices, name="stop-notices"),
    *i18n_patterns(*pages_in_every_language, prefix_default_language=False),
]

handler400 = "partnership.public.views.pages.bad_request"
handler403 = "partnership.public.views.pages.forbidden"
handler404 = "partnership.public.views.pages.not_found"
handler500 = "partnership.public.views.pages.server_error"
