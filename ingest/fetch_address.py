"""Where `fetch` may go: public https addresses, directly or through the proxy of the environment."""

import ipaddress
import socket
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from ingest.errors import ErrorCode, YorozuError

_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


def check_url(url: str, *, loopback: bool, proxied: bool) -> tuple[str, ...]:
    """Refuse what is not https or not public; `loopback` allows this machine only (for tests).

    Behind a proxy names are resolved there, so only what the URL itself shows is checked.

    Returns:
        The addresses that were checked: connect to one of these, for the name may point elsewhere by then.
        None behind a proxy.

    Raises:
        YorozuError: FETCH_NOT_HTTPS, FETCH_PRIVATE_ADDRESS or FETCH_UNREACHABLE (no such name).
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or 443
    except ValueError as error:
        raise YorozuError(ErrorCode.FETCH_UNREACHABLE, url=url) from error
    if parts.scheme != "https":
        raise YorozuError(ErrorCode.FETCH_NOT_HTTPS, url=url)
    if not host or parts.username is not None:
        raise YorozuError(ErrorCode.FETCH_UNREACHABLE, url=url)
    here = loopback and host in _LOOPBACK_NAMES
    if not here and _is_private_name(host):
        raise YorozuError(ErrorCode.FETCH_PRIVATE_ADDRESS, url=url)
    if proxied:
        return ()
    try:
        found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise YorozuError(ErrorCode.FETCH_UNREACHABLE, url=url) from error
    for address in found:
        check_peer(address, url, loopback=here)
    return tuple(dict.fromkeys(found))


def check_peer(address: str, url: str, *, loopback: bool) -> None:
    """Refuse an address that is not public.

    Raises:
        YorozuError: FETCH_PRIVATE_ADDRESS.
    """
    ip = _ip(address.partition("%")[0])
    if ip is None or (loopback and ip.is_loopback):
        return
    if not ip.is_global or ip.is_multicast:
        raise YorozuError(ErrorCode.FETCH_PRIVATE_ADDRESS, url=url)


def proxy_for(url: str) -> str | None:
    """Return the proxy that HTTPS_PROXY / ALL_PROXY / NO_PROXY name for this URL, or None.

    Raises:
        YorozuError: SETTING_INVALID for a proxy of a kind that is not supported (SOCKS).
    """
    host = urlsplit(url).hostname or ""
    proxies = getproxies()
    proxy = proxies.get("https") or proxies.get("all")
    if not proxy or proxy_bypass(host):
        return None
    proxy = proxy if "://" in proxy else f"http://{proxy}"
    if urlsplit(proxy).scheme not in {"http", "https"}:
        reason = "http:// か https:// のプロキシだけが使えます"
        raise YorozuError(ErrorCode.SETTING_INVALID, name="HTTPS_PROXY", reason=reason)
    return proxy


def _ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        return None
    return ip.ipv4_mapped or ip if isinstance(ip, ipaddress.IPv6Address) else ip


def _is_private_name(host: str) -> bool:
    ip = _ip(host)
    if ip is not None:
        return not ip.is_global or ip.is_multicast
    # A name without a dot is an intranet name; 0x7f.1 and 2130706433 are addresses in disguise.
    last = host.rstrip(".").rpartition(".")[2]
    return "." not in host.rstrip(".") or last == "localhost" or last[:1].isdigit()
