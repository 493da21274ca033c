"""Settings are loud: nonsense is refused with the variable's name, and no secret is repeated."""

from pathlib import Path

import pytest

from survey_service.core.settings import PARSERS, SECRETS, Settings, SettingsError, load
from survey_service.messaging.transports import email

SECRET = "s3cret-" * 6
POSTGRES = "postgresql://survey:hunter2hunter2@db/survey"

WRONG = [
    ("DATABASE_URL", "mysql://user:hunter2@db/survey"),
    ("DATABASE_URL", "sqlite:survey.db"),
    ("DATABASE_URL", "sqlite:///folder/"),
    ("DATABASE_URL", "sqlite:///:memory:"),
    ("PORT", "0"),
    ("PORT", "65536"),
    ("PORT", "80 80"),
    ("PORT", "-1"),
    ("PORT", "٨٠٠٠"),
    ("BASE_URL", "feedback.example.org"),
    ("BASE_URL", "ftp://feedback.example.org"),
    ("BASE_URL", "https://"),
    ("BASE_URL", "https://host:port"),
    ("BASE_URL", "https://host:99999"),
    ("BASE_URL", "https://host/?"),
    ("BASE_URL", "https://host/#top"),
    ("BASE_URL", "https://[::1"),
    ("SECRET_KEY", "hunter2"),
    ("SMTP_URL", "mail.example.org"),
    ("SMTP_URL", "smtp://user:hunter2/x@mail.example.org"),
    ("SMTP_URL", "smtp://user:hunter2@mail.example.org:mail"),
    ("SMTP_URL", "smtp://user:hunter2\u2100@mail.example.org"),
    ("SMTP_URL", "smtp://user:hunter2/x"),
    ("SMTP_URL", "smtp://mail.example.org/inbox"),
    ("SMTP_URL", "smtp://mail.example.org?x=1"),
    ("SMTP_URL", "smtp://mail example.org"),
    ("MAIL_FROM", "hello"),
    ("MAIL_FROM", "Linden <hello@example.org"),
    ("MAIL_FROM", "hello@example.org, other@example.org"),
    ("MAIL_FROM", "a@example.org <b@>"),
    ("SMTP_STARTTLS", "maybe"),
    ("SMTP_CA_FILE", "/nowhere/authority.pem"),
    ("SMTP_CA_FILE", __file__),
    ("API_KEY", "hunter2"),
    ("TRUSTED_PROXIES", "10.0.0.0/8, proxy"),
    ("TRUSTED_PROXIES", "*"),
    ("INVITATIONS_A_DAY", "0"),
    ("INVITATIONS_A_DAY", "many"),
    ("SPAM_DAYS", "-1"),
    ("WORKER", "yes"),
    ("WORKER", "on"),
    ("LOG_LEVEL", "loud"),
    ("LOG_FORMAT", "xml"),
]


@pytest.mark.parametrize(("name", "text"), WRONG)
def test_nonsense_is_refused_by_name(name: str, text: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load({f"SURVEY_{name}": text})
    assert str(refused.value).startswith(f"SURVEY_{name}: ")
    if name.lower() in SECRETS:
        assert "hunter2" not in str(refused.value)
        assert "its value" in str(refused.value)
    else:
        assert repr(text) in str(refused.value)


@pytest.mark.parametrize("sign", ["/", "?", "#", "@", "[", "]", "%", " ", "\t", "%zz", "a/b?c#d@e"])
@pytest.mark.parametrize("before", ["user:12{}ss", "us{}er:word", "user@example.org:12{}ss", "user:{}", "{}"])
@pytest.mark.parametrize("scheme", ["SMTP_URL smtp", "SMTP_URL smtps", "DATABASE_URL postgresql"])
def test_a_password_that_ends_its_address_is_refused_with_the_way_to_write_it(
    sign: str, before: str, scheme: str
) -> None:
    name, _, kind = scheme.partition(" ")
    url = f"{kind}://{before.format(sign)}@host.example/"
    with pytest.raises(SettingsError) as refused:
        load({f"SURVEY_{name}": url, "SURVEY_MAIL_FROM": "hello@example.org", "SURVEY_SECRET_KEY": SECRET})
    assert "user name or password" in str(refused.value)
    assert "12%2Fss" in str(refused.value)
    assert "word" not in str(refused.value).replace("password", "")


@pytest.mark.parametrize(
    ("url", "host", "port", "user", "password"),
    [
        ("smtp://user:12%2Fss%3F%23%40%25@host.example:587", "host.example", 587, "user", "12/ss?#@%"),
        ("smtps://user%40example.org:a:b@host.example", "host.example", 465, "user@example.org", "a:b"),
        ("smtp://[::1]:2525/", "::1", 2525, None, None),
        ("smtp://relay", "relay", 25, None, None),
    ],
)
def test_what_is_written_so_is_read_so(url: str, host: str, port: int, user: str, password: str) -> None:
    client = email._client(load({"SURVEY_SMTP_URL": url, "SURVEY_MAIL_FROM": "hello@example.org"}))
    assert (client.hostname, client.port) == (host, port)
    assert (client._login_username, client._login_password) == (user, password)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql:///db?host=/run/x",
        "postgresql://u:p%2F@h/db?sslmode=require",
        "postgresql:///db?user=u&password=p@ss",
        "postgresql://u:p@h1,h2:5433/db",
    ],
)
def test_addresses_of_databases_that_are_whole(url: str) -> None:
    assert load({"SURVEY_DATABASE_URL": url, "SURVEY_SECRET_KEY": SECRET}).database_url == url


def test_every_parser_refuses_something() -> None:
    assert {name.lower() for name, _ in WRONG} == set(PARSERS)


def test_every_setting_is_read() -> None:
    found = load(
        {
            "SURVEY_DATABASE_URL": POSTGRES,
            "SURVEY_HOST": "::1",
            "SURVEY_PORT": "8080",
            "SURVEY_BASE_URL": "https://feedback.example.org/base/",
            "SURVEY_SECRET_KEY": SECRET,
            "SURVEY_SMTP_URL": "smtps://user:p%40ss@mail.example.org:465",
            "SURVEY_MAIL_FROM": "Linden Flowers <hello@example.org>",
            "SURVEY_ADMIN_EMAIL": "owner@example.org",
            "SURVEY_ADMIN_PASSWORD": "twelve or more",
            "SURVEY_API_KEY": SECRET,
            "SURVEY_TRUSTED_PROXIES": "10.0.0.0/8, 192.168.1.1,",
            "SURVEY_WORKER": "False",
            "SURVEY_LOG_LEVEL": "WARNING",
            "SURVEY_LOG_FORMAT": "json",
            "HOME": "/root",
        }
    )
    assert found == Settings(
        database_url=POSTGRES,
        host="::1",
        port=8080,
        base_url="https://feedback.example.org/base",
        secret_key=SECRET,
        smtp_url="smtps://user:p%40ss@mail.example.org:465",
        mail_from="Linden Flowers <hello@example.org>",
        admin_email="owner@example.org",
        admin_password="twelve or more",
        api_key=SECRET,
        trusted_proxies=("10.0.0.0/8", "192.168.1.1"),
        worker=False,
        log_level="warning",
        log_format="json",
    )


def test_nothing_set_is_the_laptop_of_a_florist() -> None:
    found = load({})
    assert found == Settings()
    assert found.is_sqlite
    assert found.public_url == "http://127.0.0.1:8000"
    assert found.sqlite_path == Path("survey.db").resolve()


@pytest.mark.parametrize(
    ("url", "path"),
    [("sqlite:////var/lib/survey/file.db", Path("/var/lib/survey/file.db")), ("sqlite:///a.db", Path("a.db"))],
)
def test_three_slashes_are_relative_and_four_absolute(url: str, path: Path) -> None:
    assert load({"SURVEY_DATABASE_URL": url}).sqlite_path == path.resolve()


def test_a_link_to_a_file_is_that_file(tmp_path: Path) -> None:
    """Its log and its ledger are beside it, not beside the link."""
    there, link = tmp_path / "disk" / "kept.db", tmp_path / "survey.db"
    link.symlink_to(there)
    found = load({"SURVEY_DATABASE_URL": f"sqlite:///{link}"})
    assert found.sqlite_path == there
    assert found.withdrawals_path is not None
    assert found.withdrawals_path.parent == there.parent


def test_a_link_to_itself_is_a_file_that_is_not_there(tmp_path: Path) -> None:
    link = tmp_path / "survey.db"
    link.symlink_to(link)
    assert load({"SURVEY_DATABASE_URL": f"sqlite:///{link}"}).sqlite_path.name == link.name


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ({"HOST": "::1"}, "http://[::1]:8000"),
        ({"HOST": "0.0.0.0", "PORT": "80"}, "http://0.0.0.0:80"),
        ({"BASE_URL": "https://example.org//"}, "https://example.org"),
    ],
)
def test_links_begin_with_the_public_url(given: dict[str, str], url: str) -> None:
    assert load({f"SURVEY_{name}": text for name, text in given.items()}).public_url == url


@pytest.mark.parametrize(
    "url",
    [
        "postgres://survey@db/survey",
        "postgresql://survey@one:5432,two:5433,three/survey?target_session_attrs=read-write",
        "postgresql:///survey?host=/var/run/postgresql",
        "postgresql://survey:pw@/survey?host=/tmp/socket folder&port=5433",
    ],
)
def test_postgresql_addresses_of_every_form_are_taken(url: str) -> None:
    found = load({"SURVEY_DATABASE_URL": url, "SURVEY_SECRET_KEY": SECRET})
    assert found.database_url == url
    assert not found.is_sqlite


@pytest.mark.parametrize("variable", ["SURVEY_DATABSE_URL", "SURVEY_PORT_FILE", "SURVEY_", "SURVEY_FILE"])
def test_an_unknown_variable_is_an_error(variable: str) -> None:
    with pytest.raises(SettingsError, match=f"^{variable} is no setting"):
        load({variable: "1"})


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"DATABASE_URL": POSTGRES}, "SURVEY_SECRET_KEY is required with PostgreSQL"),
        ({"SMTP_URL": "smtp://user:hunter2@mail.example.org"}, "SURVEY_MAIL_FROM is required"),
        ({"ADMIN_EMAIL": "a@example.org", "ADMIN_PASSWORD": "hunter2"}, "SURVEY_ADMIN_PASSWORD has fewer than 12"),
        ({"ADMIN_PASSWORD": "hunter2 hunter2"}, "SURVEY_ADMIN_EMAIL is required"),
    ],
)
def test_what_is_nonsense_only_together_is_refused(given: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load({f"SURVEY_{name}": text for name, text in given.items()})
    assert str(refused.value).startswith(named)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_may_come_from_a_file(name: str, tmp_path: Path) -> None:
    values = {
        "database_url": f"sqlite:///{tmp_path}/a.db",
        "secret_key": SECRET,
        "smtp_url": "smtp://mail.example.org",
        "admin_password": "twelve or more",
        "api_key": SECRET,
    }
    path = tmp_path / "secret"
    path.write_text(f"{values[name]}\n", encoding="utf-8")
    beside = {"SURVEY_MAIL_FROM": "a@example.org", "SURVEY_ADMIN_EMAIL": "a@example.org"}
    found = load({**beside, f"SURVEY_{name.upper()}_FILE": str(path)})
    assert getattr(found, name) == values[name]


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff\xfe"])
def test_a_file_without_a_secret_is_an_error(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "key"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match="SURVEY_SECRET_KEY_FILE"):
        load({"SURVEY_SECRET_KEY_FILE": str(path)})


def test_a_secret_given_twice_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text(SECRET, encoding="utf-8")
    with pytest.raises(SettingsError, match="SURVEY_SECRET_KEY is given twice"):
        load({"SURVEY_SECRET_KEY": SECRET, "SURVEY_SECRET_KEY_FILE": str(path)})


def test_a_wrong_secret_in_a_file_is_not_repeated(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("hunter2", encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        load({"SURVEY_SECRET_KEY_FILE": str(path)})
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("between", [",", ", ", " ", "\n", " ,\n"])
def test_several_keys_sign_the_newest_first(between: str) -> None:
    newer = "n3wer-" * 6
    assert load({"SURVEY_SECRET_KEY": f"{newer}{between}{SECRET}"}).signing_keys == (newer, SECRET)
    assert load({"SURVEY_SECRET_KEY": SECRET}).signing_keys == (SECRET,)
    assert load({}).signing_keys == ()


@pytest.mark.parametrize("keys", [f"{SECRET},short", f"short {SECRET}", ",", SECRET[:31] + " " + SECRET])
def test_each_of_several_keys_is_long_enough(keys: str) -> None:
    with pytest.raises(SettingsError, match="SURVEY_SECRET_KEY: its value has"):
        load({"SURVEY_SECRET_KEY": keys})
