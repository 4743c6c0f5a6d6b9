"""Webhooks go to addresses that were checked, whatever the name or the notation hides."""

from ipaddress import ip_address

import pytest

from consumers.delivery.address import checked_url, choose, is_allowed
from schemas.errors import PartnerError


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "::1",
        "0.0.0.0",  # noqa: S104
        "10.1.2.3",
        "100.64.0.1",
        "169.254.169.254",
        "172.31.255.1",
        "192.168.1.1",
        "224.0.0.1",
        "255.255.255.255",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::7f00:1",
        "2002:a9fe:a9fe::",
        "2001:0:a9fe:a9fe::1",
        "2001:db8::1",
        "fc00::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "::",
    ],
)
def test_special_address_is_forbidden(address: str) -> None:
    assert not is_allowed(ip_address(address), allow_loopback=False)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_public_address_is_allowed(address: str) -> None:
    assert is_allowed(ip_address(address), allow_loopback=False)


@pytest.mark.parametrize("address", ["169.254.169.254", "10.0.0.1", "64:ff9b::a9fe:a9fe"])
def test_development_setting_admits_loopback_and_nothing_else(address: str) -> None:
    assert is_allowed(ip_address("127.0.0.1"), allow_loopback=True)
    assert not is_allowed(ip_address(address), allow_loopback=True)


@pytest.mark.parametrize(
    "url", ["http://a.example/x", "ftp://a.example", "https://u:p@a.example", "https://", "x"]
)
def test_url_without_https_or_with_credentials_is_refused(url: str) -> None:
    with pytest.raises(PartnerError):
        checked_url(url, allow_loopback=False)


def test_one_forbidden_address_among_good_ones_refuses_the_name() -> None:
    parts = checked_url("https://partner.example/hook", allow_loopback=False)
    assert str(choose(["8.8.8.8"], parts, allow_loopback=False)) == "8.8.8.8"
    with pytest.raises(PartnerError):
        choose(["8.8.8.8", "10.0.0.1"], parts, allow_loopback=False)
    with pytest.raises(PartnerError):
        choose([], parts, allow_loopback=False)


def test_plain_http_reaches_loopback_only() -> None:
    parts = checked_url("http://partner.example/hook", allow_loopback=True)
    with pytest.raises(PartnerError):
        choose(["8.8.8.8"], parts, allow_loopback=True)
    assert str(choose(["127.0.0.1"], parts, allow_loopback=True)) == "127.0.0.1"
