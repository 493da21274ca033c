"""Debian's Chromium without a head, as every test that needs a browser has it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

TURNED_OFF = (
    # Each window's address bar would load two pages of its own: most of the time that a short test takes.
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxPopup",
    # What the driver turns off itself: a browser follows the last list that it is given.
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)
FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
    f"--disable-features={','.join(TURNED_OFF)}",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser, closed at the end. The synchronous driver leaves its event loop running in this thread, so it must be
    gone before other modules' tests begin: hence one browser a module."""
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    assert path, "Chromium is not installed; `make setup-test` does it."
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()
