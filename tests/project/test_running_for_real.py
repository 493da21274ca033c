"""What docs/operating.md tells to copy is what works: units, proxies and the container file, as they stand there."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.operation.product import make_form, running

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")


def named(file: str) -> str:
    """The block that the page gives as the content of this file."""
    found = re.search(rf"^`{re.escape(file)}`[^\n]*:\n\n```\w+\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"the page has no {file}"
    return found[1]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_the_units_are_what_systemd_takes(tmp_path: Path) -> None:
    """With a program that exists in the place of the installed one, which is not here."""
    files = re.findall(r"^`/etc/systemd/system/([\w.-]+)`:", PAGE, re.MULTILINE)
    assert files == ["survey-service.service", "survey-backup.service", "survey-backup.timer"]
    program, user = shutil.which("true") or "/bin/true", "User=daemon"
    for name in files:
        unit = named(f"/etc/systemd/system/{name}")
        unit = unit.replace("/opt/survey-service/.venv/bin/survey-service", program).replace("User=survey", user)
        (tmp_path / name).write_text(unit)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / name) for name in files)],
        capture_output=True, text=True, check=False, env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )  # fmt: skip
    told = [line for line in done.stderr.splitlines() if "survey-" in line]
    assert told == []


def test_the_settings_file_is_what_the_service_takes(tmp_path: Path) -> None:
    """As systemd and a shell read it."""
    from survey_service.core.settings import load

    pairs = [line.split("=", 1) for line in named("/etc/survey-service.env").splitlines()]
    settings = load({name: value.strip('"') for name, value in pairs})
    assert settings.public_url == "https://feedback.example.org"
    assert settings.mail_from == "Linden Flowers <hello@example.org>"
    (tmp_path / "env").write_text(named("/etc/survey-service.env"))
    sourced = subprocess.run(["sh", "-c", f". {tmp_path}/env"], capture_output=True, text=True, check=True)
    assert sourced.stderr == ""


# Proxies ---------------------------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
        return port


def nginx_of(block: str, outside: int, inside: int) -> str:
    """The page's block in a configuration of its own, without TLS and on other ports."""
    block = re.sub(r"^\s*ssl_certificate.*\n", "", block, flags=re.MULTILINE)
    block = block.replace("listen 443 ssl;", f"listen 127.0.0.1:{outside};")
    block = block.replace("$host;", "$http_host;")
    if "server {" not in block:
        block = f"server {{ listen 127.0.0.1:{outside};\n{block}\n}}"
    upstream = blocks("nginx")[0].replace(":8000", f":{inside}")
    return f"""daemon off; pid nginx.pid; error_log error.log;
events {{}}
http {{ access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path f; uwsgi_temp_path u;
scgi_temp_path s;
{upstream}
{block}
}}"""


@pytest.fixture(params=["", "/feedback"], ids=["host", "path"])
def behind_nginx(request: pytest.FixtureRequest, sqlite_url: str, tmp_path: Path) -> Iterator[str]:
    """The product behind nginx as the page configures it; the address outside."""
    if shutil.which("nginx") is None:
        pytest.skip("nginx is not installed; its package begins to serve port 80, so make test does not bring it")
    outside = free_port()
    address = f"http://127.0.0.1:{outside}{request.param}"
    with running(sqlite_url, "serve", SURVEY_BASE_URL=address, SURVEY_TRUSTED_PROXIES="127.0.0.1") as service:
        make_form(service.address)
        block = blocks("nginx")[2 if request.param else 1]
        (tmp_path / "nginx.conf").write_text(nginx_of(block, outside, int(service.address.rpartition(":")[2])))
        begun = subprocess.Popen(["nginx", "-p", str(tmp_path), "-c", "nginx.conf"], stderr=subprocess.PIPE)
        try:
            for _ in range(50):
                if begun.poll() is not None:
                    raise AssertionError(begun.stderr and begun.stderr.read())
                try:
                    httpx.get(f"{address}/healthz")
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            yield address
        finally:
            begun.terminate()
            begun.wait()


@pytest.mark.slow
def test_the_nginx_of_the_page_serves(behind_nginx: str) -> None:
    page = httpx.get(f"{behind_nginx}/s/visit")
    assert page.status_code == 200
    assert f'action="{httpx.URL(behind_nginx).path.rstrip("/")}/s/visit"' in page.text
    sent = httpx.post(f"{behind_nginx}/api/v1/forms/visit/responses", json={"answers": {"recommend": 9}})
    assert sent.status_code == 201, sent.text
    asked = httpx.get(f"{behind_nginx}/app")
    assert asked.status_code == 303
    assert asked.headers["location"].startswith(f"{httpx.URL(behind_nginx).path.rstrip('/')}/app/sign-in")
    assert httpx.get(f"{behind_nginx}/metrics").status_code == 401, "a proxy on this machine is not this machine"


@pytest.mark.skipif(shutil.which("caddy") is None, reason="caddy is not installed")
def test_the_caddyfile_of_the_page_is_taken(tmp_path: Path) -> None:
    (tmp_path / "Caddyfile").write_text(blocks("caddy")[0])
    done = subprocess.run(
        ["caddy", "validate", "--adapter", "caddyfile", "--config", str(tmp_path / "Caddyfile")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


# The container ---------------------------------------------------------------------------------------------------

CONTAINERFILE = (ROOT / "Containerfile").read_text(encoding="utf-8")


def steps() -> list[tuple[str, str]]:
    """The container file's instructions: (name, the rest)."""
    lines = [line for line in CONTAINERFILE.splitlines() if line and not line.startswith("#")]
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines)]


def test_the_container_file_serves_from_its_volume() -> None:
    named = dict(steps())
    assert named["FROM"] == "debian:12"
    assert "SURVEY_DATABASE_URL=sqlite:////data/" in named["ENV"]
    assert named["VOLUME"] == named["WORKDIR"] == "/data"
    assert named["CMD"] == '["/opt/survey-service/.venv/bin/survey-service", "serve"]'


COPIED = (
    "etc/resolv.conf", "etc/hosts", "etc/pip.conf", "etc/apt/sources.list", "etc/apt/sources.list.d",
    "etc/apt/apt.conf.d", "usr/local/share/ca-certificates",
)  # fmt: skip
"""How this machine reaches packages."""
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


def mirror() -> str:
    """The Debian archive that this machine uses."""
    files = [Path("/etc/apt/sources.list"), *Path("/etc/apt/sources.list.d").glob("*")]
    text = "\n".join(file.read_text() for file in files if file.is_file())
    every: list[str] = re.findall(r"(?:^deb (?:\[.*\] )?|^URIs: )(\S+)", text, re.MULTILINE)
    return next((each for each in every if each.rstrip("/").endswith("debian")), "http://deb.debian.org/debian")


def bare_debian(root: Path) -> None:
    """A Debian 12 with nothing but what every Debian has, and this machine's way to packages."""
    made = subprocess.run(
        ["debootstrap", "--variant=minbase", "bookworm", str(root), mirror()],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip(f"debootstrap cannot fetch Debian here: {made.stdout[-300:]} {made.stderr[-300:]}")
    for name in COPIED:
        if (Path("/") / name).is_dir():
            shutil.copytree(Path("/") / name, root / name, dirs_exist_ok=True)
        elif (Path("/") / name).exists():
            shutil.copy(Path("/") / name, root / name)
    if CERTIFICATES.exists():
        shutil.copy(CERTIFICATES, root / "opt/certificates.crt")


def inside(root: Path, command: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A command in it, with processes of its own in sight, as in a container."""
    packages = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    packages |= {"PIP_CERT": "/opt/certificates.crt"} if CERTIFICATES.exists() else {}
    path = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}
    prepare = 'mount -t proc proc "$0/proc" && ln -sfn /proc/self/fd "$0/dev/fd" && exec chroot "$0" sh -ec "$1"'
    return subprocess.run(
        ["unshare", "--mount", "--pid", "--fork", "sh", "-c", prepare, str(root), command],
        env={**packages, **path, **more}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(os.geteuid() != 0, reason="a root of its own needs root")
@pytest.mark.skipif(shutil.which("debootstrap") is None, reason="debootstrap is not installed")
def test_the_steps_of_the_container_file_run_in_a_bare_debian(tmp_path: Path) -> None:
    root = tmp_path / "root"
    bare_debian(root)
    for name, rest in steps():
        if name == "RUN":
            done = inside(root, rest)
            assert done.returncode == 0, f"{rest}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        if name == "COPY":
            (root / "opt/survey-service").mkdir(parents=True)
            archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, capture_output=True, check=True)
            subprocess.run(["tar", "-x", "-C", str(root / "opt/survey-service")], input=archive.stdout, check=True)
    variables = dict(pair.split("=", 1) for pair in dict(steps())["ENV"].split())
    program = "/opt/survey-service/.venv/bin/survey-service"
    done = inside(root, f"cd /data && su survey -s /bin/sh -c '{program} migrate && {program} check'", **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "boxes in the PDF" not in done.stdout
    assert (root / "data/survey.db").stat().st_uid != 0
