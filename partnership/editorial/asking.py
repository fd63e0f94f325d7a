"""Asking for one web address, politely: is anybody there, and has it moved?

One request at a time, with a pause between two of one host; robots.txt is kept to, content is not read. Nothing is asked
that is not on the public network: the address that a name leads to is looked up once, checked, and connected to, so that
neither a name nor a redirect leads to a machine of the site's own network.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Timer
from urllib.parse import SplitResult, quote, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from django.utils.translation import gettext as _

from partnership.models import LinkOutcome

PAUSE = 1.0  # seconds between two requests to one host
LONGEST_PAUSE = 30.0  # what a robots.txt may ask for; who asks for more is asked no more often than that
TIMEOUT = 15.0  # seconds without a byte
TIME_LIMIT = 60.0  # seconds for all of an answer: nobody keeps a run waiting by sending it byte by byte
MOST_REDIRECTS = 5
ROBOTS_BYTES = 500 * 1024  # RFC 9309: at least that much is read

PERMANENT, REDIRECTS, GONE = {301, 308}, {301, 302, 303, 307, 308}, {404, 410}
# The host is there and answers people; programs are kept out, or asked to come less often.
NOT_FOR_PROGRAMS = {401, 403, 407, 429, 451}
TOO_MANY = 429
# By which machines without an IPv4 address of their own reach those of IPv4.
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
FAULTS = (OSError, http.client.HTTPException, ValueError)


@dataclass(frozen=True)
class Answer:
    """What became of asking for a web address: the outcome, the status if there was one, and what else was told."""

    outcome: str
    status: int | None = None
    told: str = ""


class NotPublic(Exception):
    """An address is not on the public network, or no web address at all."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public network: not this machine, its own network, or a reserved range."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        within = found.ipv4_mapped or found.sixtofour or (found.teredo and found.teredo[1])
        if found in NAT64:
            within = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if within:
            return is_public(str(within))
        if found.is_site_local:  # given up as a range, and still routed inside of some houses
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved


class Asker:
    """Asks for web addresses, one after the other; it remembers what each host wants.

    `may_connect` says of an IP address whether it may be connected to; only tests have another one.
    """

    def __init__(
        self,
        agent: str,
        *,
        pause: float = PAUSE,
        timeout: float = TIMEOUT,
        time_limit: float = TIME_LIMIT,
        may_connect: Callable[[str], bool] = is_public,
    ) -> None:
        self.agent, self.pause, self.may_connect = agent, pause, may_connect
        self.timeout, self.time_limit = timeout, time_limit
        self._robots: dict[str, RobotFileParser | Answer] = {}
        self._asked_at: dict[str, float] = {}
        self._had_enough: dict[str, Answer] = {}

    def ask(self, url: str) -> Answer:
        """Whether a web address answers. Nothing is raised: what goes wrong is the answer."""
        try:
            return self._follow(url)
        except NotPublic as error:
            return Answer(LinkOutcome.UNASKED, told=str(error))
        except FAULTS as error:
            return Answer(LinkOutcome.FAILS, told=_fault(error))

    def _follow(self, url: str) -> Answer:
        moved_to, is_permanent = "", True
        for _number in range(MOST_REDIRECTS + 1):
            parts = _parts(url)
            if refusal := self._refusal(parts):
                return refusal
            status, location = self._status(parts)
            if status not in REDIRECTS:
                return self._judged(parts, status, moved_to)
            if not location:
                return Answer(LinkOutcome.FAILS, status, _("It redirects to nowhere."))
            url = urljoin(url, location)
            is_permanent = is_permanent and status in PERMANENT
            moved_to = url if is_permanent else moved_to
        return Answer(LinkOutcome.FAILS, status, _("It redirects too often."))

    def _judged(self, parts: SplitResult, status: int, moved_to: str) -> Answer:
        if status in NOT_FOR_PROGRAMS:
            answer = Answer(LinkOutcome.ANSWERS, status, _("It answers, but not to programs."))
            if status == TOO_MANY:
                self._had_enough[_host(parts)] = answer
            return answer
        if status in GONE:
            return Answer(LinkOutcome.GONE, status)
        if status >= 400:
            return Answer(LinkOutcome.FAILS, status)
        return Answer(LinkOutcome.MOVED if moved_to else LinkOutcome.ANSWERS, status, moved_to[:500])

    # What a host wants

    def _refusal(self, parts: SplitResult) -> Answer | None:
        """Why an address is not asked for; None if it may be."""
        host = _host(parts)
        if host in self._had_enough:
            return self._had_enough[host]
        if host not in self._robots:
            self._robots[host] = self._read_robots(parts)
        robots = self._robots[host]
        if isinstance(robots, Answer):
            return robots
        if not robots.can_fetch(self.agent, parts.geturl()):
            return Answer(LinkOutcome.UNASKED, told=_("Its robots.txt asks programs to stay away."))
        return None

    def _read_robots(self, parts: SplitResult) -> RobotFileParser | Answer:
        """What a host allows. By RFC 9309 all, if there is no such file; where it does not answer, nothing else will."""
        where = parts._replace(path="/robots.txt", query="", fragment="")
        try:
            for _number in range(MOST_REDIRECTS + 1):
                status, location, content = self._request("GET", where, read=ROBOTS_BYTES)
                if status not in REDIRECTS or not location:
                    break
                where = _parts(urljoin(where.geturl(), location))
        except FAULTS as error:
            return Answer(LinkOutcome.FAILS, told=_fault(error))
        if status >= 500:
            return Answer(LinkOutcome.FAILS, status, _("It does not give its robots.txt."))
        robots = RobotFileParser()
        robots.parse(content.decode(errors="replace").splitlines() if status == 200 else [])
        return robots

    def _wait(self, host: str) -> None:
        pause = self.pause
        robots = self._robots.get(host)
        if isinstance(robots, RobotFileParser):
            asked_for = robots.crawl_delay(self.agent)
            pause = max(pause, min(int(asked_for or 0), LONGEST_PAUSE))
        left = self._asked_at[host] + pause - time.monotonic() if host in self._asked_at else 0
        if left > 0:
            time.sleep(left)

    # Requests

    def _status(self, parts: SplitResult) -> tuple[int, str]:
        """Status and where it leads: asked with HEAD, and with GET where a server may only dislike HEAD."""
        try:
            status, location, _content = self._request("HEAD", parts)
        except ConnectionResetError:
            status, location = 400, ""
        if status < 400 or status == TOO_MANY:
            return status, location
        return self._request("GET", parts)[:2]

    def _request(self, method: str, parts: SplitResult, read: int = 0) -> tuple[int, str, bytes]:
        host = _host(parts)
        self._wait(host)
        connection = self._connection(parts)
        headers = {"User-Agent": self.agent, "Accept": "*/*", "Connection": "close"}
        limit = Timer(self.time_limit, _shut, [connection])
        limit.daemon = True
        limit.start()
        try:
            connection.connect()
            if connection.is_late:
                raise TimeoutError
            connection.request(method, _target(parts), headers=headers)
            response = connection.getresponse()
            # Servers write addresses in UTF-8, and http.client reads headers as Latin-1.
            location = (response.getheader("Location") or "").encode("latin-1", "replace")
            return response.status, location.decode(errors="replace"), response.read(read) if read else b""
        finally:
            limit.cancel()
            connection.close()
            self._asked_at[host] = time.monotonic()

    def _connection(self, parts: SplitResult) -> "_Connection":
        name = (parts.hostname or "").encode("idna").decode()
        kind, port = (_SafeConnection, 443) if parts.scheme == "https" else (_Connection, 80)
        connection = kind(name, parts.port or port, timeout=self.timeout)
        connection.may_connect = self.may_connect
        return connection


class _Connection(http.client.HTTPConnection):
    """Connects to the very address that was looked up and may be connected to.

    `is_late` says that its time was over, maybe before there was a connection that could be ended.
    """

    is_late = False
    may_connect: Callable[[str], bool] = staticmethod(is_public)

    def connect(self) -> None:
        found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        addresses = [(str(each[4][0]), self.port) for each in found]
        if not addresses or not all(self.may_connect(address) for address, _port in addresses):
            raise NotPublic(_("%(host)s is no machine of the public network.") % {"host": self.host})
        for place, address in enumerate(addresses, 1):
            try:
                self.sock = socket.create_connection(address, self.timeout)
                return
            except OSError:
                if place == len(addresses) or self.is_late:
                    raise


class _SafeConnection(http.client.HTTPSConnection, _Connection):
    """The same under TLS: its parent connects by `_Connection` and then asks for the certificate of the host."""


def _shut(connection: _Connection) -> None:
    """Ends a connection that another thread waits for, or has it end as soon as there is one."""
    connection.is_late = True
    if connection.sock:
        with suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)


def _parts(url: str) -> SplitResult:
    """The parts of a web address. Raises NotPublic for any other, ValueError for what is none."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NotPublic(_("It leads to an address that is none of the web."))
    if parts.username or parts.password:
        raise NotPublic(_("It leads to an address with a password in it."))
    return parts


def _host(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _target(parts: SplitResult) -> str:
    """Path and query as a request names them: ASCII, with what is escaped already left so."""
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/?%:@!$&'()*+,;=~-._[]")
    return f"{path}?{query}" if query else path


def _fault(error: Exception) -> str:
    """What went wrong, in a few words."""
    if isinstance(error, TimeoutError):
        return _("No answer in time.")
    if isinstance(error, socket.gaierror):
        return _("There is no such host.")
    if isinstance(error, ssl.SSLCertVerificationError):
        return _("Its certificate is not valid: %(reason)s") % {"reason": error.verify_message}
    if isinstance(error, ConnectionRefusedError):
        return _("The connection was refused.")
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]
