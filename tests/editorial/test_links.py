"""Asking for the web addresses of sources: politely, of the public network alone, and what is kept of it."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from threading import Thread
from time import monotonic, sleep

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from partnership.editorial import asking, links
from partnership.editorial.asking import Answer, Asker, is_public
from partnership.management.commands import check_links
from partnership.models import LinkCheck, LinkOutcome
from tests import factories


class Web(BaseHTTPRequestHandler):
    """A host of the web: what it answers is in its addresses, and what it was asked in `asked`."""

    asked: list[tuple[str, str, str]] = []
    robots = "User-agent: *\nDisallow: /private"

    def do_HEAD(self) -> None:
        self.asked.append((self.command, self.path, self.headers["User-Agent"]))
        name, _slash, rest = self.path[1:].partition("/")
        location = {"to": f"/{rest}", "for-good": f"/{rest}", "away": rest, "round": "/round"}.get(name, "")
        status = {"to": 302, "for-good": 301, "away": 302, "round": 302, "nowhere": 302}.get(name, 200)
        if name.isdigit():
            status = int(name)
        if name == "slow":
            with suppress(OSError):
                for _number in range(50):  # a header that does not end
                    self.wfile.write(b"x")
                    sleep(0.02)
            return
        if name == "no-head" and self.command == "HEAD":
            status = 405
        content = self.robots.encode() if name == "robots.txt" else b"x" * 10_000_000
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command == "GET" and name in ("robots.txt", "no-head"):
            with suppress(ConnectionError):  # nobody reads content to its end
                self.wfile.write(content)

    do_GET = do_HEAD

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def web() -> Iterator[str]:
    """The address of a host on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Web)
    Web.asked = []
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def asker() -> Asker:
    """Asks without pauses, and this machine too."""
    return Asker("Register-link-check/1.0", pause=0, timeout=5, may_connect=lambda address: True)


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/page?a=b c", Answer(LinkOutcome.ANSWERS, 200)),
        ("/no-head", Answer(LinkOutcome.ANSWERS, 200)),
        ("/to/page", Answer(LinkOutcome.ANSWERS, 200)),
        ("/to/for-good/page", Answer(LinkOutcome.ANSWERS, 200)),
        ("/for-good/page", Answer(LinkOutcome.MOVED, 200, "{web}/page")),
        ("/for-good/to/page", Answer(LinkOutcome.MOVED, 200, "{web}/to/page")),
        ("/for-good/404", Answer(LinkOutcome.GONE, 404)),
        ("/410", Answer(LinkOutcome.GONE, 410)),
        ("/500", Answer(LinkOutcome.FAILS, 500)),
        ("/403", Answer(LinkOutcome.ANSWERS, 403, "It answers, but not to programs.")),
        ("/round", Answer(LinkOutcome.FAILS, 302, "It redirects too often.")),
        ("/nowhere", Answer(LinkOutcome.FAILS, 302, "It redirects to nowhere.")),
        ("/private/page", Answer(LinkOutcome.UNASKED, None, "Its robots.txt asks programs to stay away.")),
        ("/to/private/page", Answer(LinkOutcome.UNASKED, None, "Its robots.txt asks programs to stay away.")),
        (
            "/away/file:///etc/passwd",
            Answer(LinkOutcome.UNASKED, None, "It leads to an address that is none of the web."),
        ),
    ],
)
def test_what_becomes_of_asking(web, asker, path, answer):
    told = answer.told.format(web=web)
    assert asker.ask(f"{web}{path}") == Answer(answer.outcome, answer.status, told)
    assert {agent for _method, _path, agent in Web.asked} == {"Register-link-check/1.0"}
    assert Web.asked[0][:2] == ("GET", "/robots.txt")
    assert not any(asked.startswith("/private") for _method, asked, _agent in Web.asked)


def test_what_does_not_answer_is_told_in_words(asker):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert asker.ask(f"http://127.0.0.1:{port}/") == Answer(
        LinkOutcome.FAILS, None, "The connection was refused."
    )
    with socket.create_server(("127.0.0.1", 0)) as silent:
        asker.timeout = 0.05
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        assert asker.ask(address) == Answer(LinkOutcome.FAILS, None, "No answer in time.")
    assert asker.ask("http://[").outcome == LinkOutcome.FAILS
    assert asker.ask("http://a:99999/").outcome == LinkOutcome.FAILS
    assert asker.ask("http://me:secret@example.org/").outcome == LinkOutcome.UNASKED


def test_nobody_keeps_a_run_waiting_byte_by_byte(web, asker):
    asker.time_limit = 0.1
    began = monotonic()
    assert asker.ask(f"{web}/slow").outcome == LinkOutcome.FAILS
    assert monotonic() - began < 0.6


def test_nobody_keeps_a_run_waiting_by_many_addresses_of_which_only_the_last_answers(web, asker, monkeypatch):
    def connect_late(address: tuple[str, int], timeout: float) -> socket.socket:
        sleep(0.15)
        if address[0] == "192.0.2.1":
            raise TimeoutError
        connected = socket.socket()
        connected.connect(("127.0.0.1", int(web.rpartition(":")[2])))
        return connected

    monkeypatch.setattr(asking.socket, "create_connection", connect_late)
    for silent in (0, 100):
        found = [*["192.0.2.1"] * silent, "127.0.0.1"]
        answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 80)) for each in found]
        monkeypatch.setattr(asking.socket, "getaddrinfo", lambda *args, answers=answers, **options: answers)
        asker.time_limit = 0.1
        began = monotonic()
        assert asker.ask(f"http://{silent}.example.org/") == Answer(
            LinkOutcome.FAILS, None, "No answer in time."
        )
        assert monotonic() - began < 2
    assert Web.asked == []


def test_a_host_may_ask_for_a_pause_of_any_length_and_is_given_the_longest(web, asker, monkeypatch):
    waits: list[float] = []
    monkeypatch.setattr(asking.time, "sleep", waits.append)
    monkeypatch.setattr(Web, "robots", f"{Web.robots}\nCrawl-delay: {'9' * 400}")
    assert asker.ask(f"{web}/page").outcome == LinkOutcome.ANSWERS
    assert [round(wait) for wait in waits] == [30]


def test_a_host_is_asked_one_thing_at_a_time_and_no_more_once_it_has_had_enough(web, asker, monkeypatch):
    waits: list[float] = []
    monkeypatch.setattr(asking.time, "sleep", waits.append)
    asker.pause = 2
    Web.robots += "\nCrawl-delay: 7"
    try:
        asker.ask(f"{web}/page")
        asker.ask(f"{web}/429")
        count = len(Web.asked)
        assert asker.ask(f"{web}/another").status == 429
    finally:
        Web.robots = Web.robots.partition("\nCrawl")[0]
    assert len(Web.asked) == count == 3
    assert [round(wait) for wait in waits] == [7, 7]


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *(
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1%eth0",
            "fc00::1",
            "::ffff:10.0.0.1",
            "ff02::1",
        ),
        *("64:ff9b::a00:1", "2002:7f00:1::", "::7f00:1", "fec0::1"),
    ],
)
def test_what_is_not_on_the_public_network_is_not_connected_to(address, monkeypatch):
    assert not is_public(address)
    answers = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (found, 80)) for found in ("93.184.216.34", address)
    ]
    monkeypatch.setattr(asking.socket, "getaddrinfo", lambda *args, **options: answers)
    monkeypatch.setattr(asking.socket, "create_connection", lambda *args: pytest.fail("connected"))
    for scheme in ("http", "https"):
        answer = Asker("x", pause=0).ask(f"{scheme}://inside.example.org/")
        assert answer == Answer(
            LinkOutcome.UNASKED, None, "inside.example.org is no machine of the public network."
        )


def test_addresses_of_the_public_network_are_connected_to_as_they_were_looked_up(monkeypatch):
    for address in ("93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"):
        assert is_public(address)
    connected: list[object] = []

    def connect(address: tuple[str, int], timeout: float) -> None:
        connected.append(address)
        raise ConnectionRefusedError

    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 0))]
    monkeypatch.setattr(asking.socket, "getaddrinfo", lambda *args, **options: answers)
    monkeypatch.setattr(asking.socket, "create_connection", connect)
    Asker("x", pause=0).ask("https://example.org/")
    assert connected == [("93.184.216.34", 443)]


def test_a_redirect_does_not_lead_into_the_own_network(web):
    port = web.rpartition(":")[2]
    asker = Asker("x", pause=0, may_connect=lambda address: address == "127.0.0.1")
    answer = asker.ask(f"{web}/away/http://127.0.0.2:{port}/page")
    assert answer == Answer(LinkOutcome.UNASKED, None, "127.0.0.2 is no machine of the public network.")


# What is kept


def days_ago(number: float):
    return timezone.now().replace(microsecond=0) - timedelta(days=number)


@pytest.mark.parametrize(
    ("outcome", "failed_for", "is_dead"),
    [
        (LinkOutcome.GONE, 0, False),
        (LinkOutcome.GONE, 1, True),
        (LinkOutcome.FAILS, 1, False),
        (LinkOutcome.FAILS, 7, True),
        (LinkOutcome.ANSWERS, None, False),
    ],
)
def test_one_failing_day_is_not_dead(db, outcome, failed_for, is_dead):
    since = None if failed_for is None else days_ago(failed_for)
    check = LinkCheck.objects.create(
        url="https://example.org/a-page", outcome=outcome, failing_since=since, checked_at=days_ago(0)
    )
    source = factories.make_source("a-page")
    factories.make_source("gone", url="https://example.org/a-page", status="withdrawn")
    assert links.is_dead(check) is is_dead
    assert list(links.dead()) == ([check] if is_dead else [])
    assert list(links.sources_with_dead_links()) == ([source] if is_dead else [])


def test_since_when_it_fails_is_kept_until_it_answers(db):
    url = "https://example.org/"
    first = links.keep(url, Answer(LinkOutcome.FAILS, 500))
    LinkCheck.objects.update(failing_since=days_ago(3))
    again = links.keep(url, Answer(LinkOutcome.GONE, 404, "a\x1b[31m\nb"))
    assert (again.pk, again.failing_since, again.told) == (first.pk, days_ago(3), "a[31m b")
    assert links.keep(url, Answer(LinkOutcome.ANSWERS, 200)).failing_since is None


def test_what_is_due_was_not_asked_for_lately_and_hosts_take_turns(db):
    for host, name in (("a", "1"), ("a", "2"), ("b", "1"), ("b", "asked"), ("c", "failed")):
        factories.make_source(f"{host}{name}", url=f"https://{host}.org/{name}")
    factories.make_source("withdrawn", url="https://d.org/", status="withdrawn")
    factories.make_source("copied", url="https://a.org/1", archived_url="https://copy.org/", status="draft")
    for url, outcome, days in (
        ("https://b.org/asked", "answers", 6),
        ("https://a.org/1", "moved", 8),
        ("https://c.org/failed", "fails", 1),
        ("https://old.org/", "answers", 100),
    ):
        LinkCheck.objects.create(url=url, outcome=outcome, checked_at=days_ago(days))
    assert links.due() == [
        *("https://a.org/1", "https://b.org/1", "https://c.org/failed", "https://copy.org/"),
        "https://a.org/2",
    ]
    assert len(links.due(timedelta(0))) == 6
    assert links.forget_unused() == 1


def test_the_site_says_who_asks(settings):
    settings.SITE_NAME, settings.CONTACT_EMAIL = "Régister of it", "desk@example.org"
    assert links.agent() == "R-gister-of-it-link-check/1.0 (checks cited links; desk@example.org)"


# The command


@pytest.fixture
def told(web, asker, monkeypatch, db):
    """Runs the command for sources on this machine; what it said, and how it ended."""
    monkeypatch.setattr(check_links.Command, "asker", lambda self, pause: asker)

    def run(*arguments: str) -> tuple[list[str], str]:
        out = StringIO()
        try:
            call_command("check_links", *arguments, stdout=out)
        except CommandError as error:
            return out.getvalue().splitlines(), str(error)
        return out.getvalue().splitlines(), ""

    return run


def test_the_command_tells_each_address_and_fails_if_one_is_dead(web, told):
    factories.make_source("one", url=f"{web}/page")
    factories.make_source("two", url=f"{web}/404")
    assert told() == (
        [
            f"Is gone: {web}/404 (404)",
            f"Answers: {web}/page (200)",
            "2 addresses asked for. Answers: 1, Is gone: 1",
        ],
        "",
    )
    assert told() == (["0 addresses asked for."], "")
    LinkCheck.objects.filter(outcome="gone").update(failing_since=days_ago(2), checked_at=days_ago(1))
    lines, fault = told()
    assert lines[0] == f"DEAD: {web}/404 (404)"
    assert fault == "1 source has a dead web address."
    assert len(told("--all")[0]) == 3


def test_what_was_asked_for_is_kept_when_the_command_is_interrupted(web, told, asker, monkeypatch):
    for name in ("one", "two", "three"):
        factories.make_source(name, url=f"{web}/{name}")
    answers = iter([Answer(LinkOutcome.ANSWERS, 200)])

    def ask(url: str) -> Answer:
        try:
            return next(answers)
        except StopIteration:
            raise KeyboardInterrupt from None

    monkeypatch.setattr(asker, "ask", ask)
    assert told()[1] == "Interrupted: 1 of 3 were asked for and are kept."
    assert LinkCheck.objects.count() == 1


def test_the_command_is_never_impolite(told):
    assert told("--pause", "0.5")[1].startswith("--pause is a number of seconds")
    assert told("--days", "-1")[1].startswith("--days is a number of days")
