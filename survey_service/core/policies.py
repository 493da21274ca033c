"""What a page may load and do, and who may frame it: each Content-Security-Policy of the product (W3C, CSP level 3).

No policy names a host or whole origin for scripts, and none lets a word of script or style in that is not ours. On
pages of staff text becomes markup only where a script says so by a policy that is named here (Trusted Types). A
respondent's page has a single script, let in by its content, and must stay light: there it is not asked for.
"""

import base64
import hashlib

NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""For what is no page: data, files, redirects."""
NOBODY = "'none'"


def of_staff(nonce: str, *, frames: str = NOBODY) -> str:
    """Pages behind the sign-in, and it: their scripts carry `nonce`, a new one each time; no site may frame them."""
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self'; frame-src {frames}; form-action 'self'; base-uri 'none'; "
        "require-trusted-types-for 'script'; trusted-types page plotly default; frame-ancestors 'none'"
    )


def of_respondents(style: str, script: str, ancestors: str, *, sends: bool = True) -> str:
    """A page that carries its style and script inside, framed by `ancestors` only, none if empty. One that does not
    send shows what another would be like."""
    to = "'self'" if sends else NOBODY
    return (
        f"default-src 'none'; style-src {hash_source(style)}; script-src {hash_source(script)}; img-src data:; "
        f"connect-src {to}; form-action {to}; base-uri 'none'; frame-ancestors {ancestors or NOBODY}"
    )


def hash_source(text: str) -> str:
    """The source that admits one inline style or script."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"
