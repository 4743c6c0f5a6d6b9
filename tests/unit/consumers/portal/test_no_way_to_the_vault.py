"""The portal's process holds no code and no file of the vault."""

import subprocess
import sys
from pathlib import Path
from typing import Final

from importlinter.application.use_cases import read_user_options
from importlinter.configuration import configure

ROOT: Final = Path(__file__).resolve().parents[4]
VAULT_ROOMS: Final = {
    "consumers.ledger",
    "consumers.delivery",
    "consumers.sharing",
    "consumers.store",
}
"""Rooms that know the vault."""

_SERVE: Final = """
import ctypes
import sys
from pathlib import Path
from consumers.portal.app import PortalOffice, PortalSettings, create_app
from schemas.clock import SystemClock
from tests.support.pages import Visitor

# No capability: a folder of mode 0 is closed to root, too (Linux; elsewhere run it as a user).
header, none = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
assert ctypes.CDLL(None).capset(header, none) == 0

path = Path(sys.argv[1])
offices = {"HSI/seoul": PortalOffice("HSI Seoul", {"seoul-1": "Officer"})}
settings = PortalSettings(path, offices, SystemClock(), b"a secret of the test")
with Visitor(create_app(settings)) as client:
    assert client.post("/sign-in", data={"officer": "seoul-1"}).status_code == 200
    assert "Nothing here yet" in client.get("/").text
try:
    Path(sys.argv[2]).read_bytes()
    print("vault: open")
except PermissionError:
    print("vault: closed")
print(*sorted(name for name in sys.modules if name.startswith("consumers.")), sep="\\n")
"""


def serve(path: Path, vault: Path) -> list[str]:
    """Serve pages in a process of its own, which gives up what root may do beyond its files."""
    done = subprocess.run(
        [sys.executable, "-c", _SERVE, str(path), str(vault)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_portal_serves_with_the_inbox_folder_alone(tmp_path: Path) -> None:
    vault = tmp_path / "vault" / "vault.sqlite"
    vault.parent.mkdir()
    vault.write_bytes(b"the vault")
    vault.parent.chmod(0)
    try:
        access, *modules = serve(tmp_path / "inbox" / "inbox.sqlite", vault)
    finally:
        vault.parent.chmod(0o700)
    assert access == "vault: closed"
    assert "consumers.inbox.store" in modules
    assert not [m for m in modules if any(m == v or m.startswith(f"{v}.") for v in VAULT_ROOMS)]


def test_import_rules_forbid_the_portal_every_way_to_the_vault() -> None:
    configure()
    options = read_user_options(config_filename=str(ROOT / "pyproject.toml"))
    (rule,) = [
        contract
        for contract in options.contracts_options
        if contract.get("source_modules") == ["consumers.portal"]
    ]
    assert rule["type"] == "forbidden"
    assert not rule.get("allow_indirect_imports")
    assert set(rule["forbidden_modules"]) >= VAULT_ROOMS
