"""What a Python makes of the bytes of mails. Run by every interpreter of the machine, so in words that old ones know.

Reads a JSON list of base64 texts and writes a JSON list of what each was read as.
"""

import base64
import email
import email.policy
import email.utils
import json
import sys


def read(content):
    modern = email.message_from_bytes(content, policy=email.policy.default)
    old = email.message_from_bytes(content)
    parts = [part for part in modern.walk() if not part.is_multipart()]
    return {
        "names": [name for name, _ in modern.items()],
        "old_names": [name for name, _ in old.items()],
        "to": [[one.display_name, one.addr_spec] for one in modern["To"].addresses],
        "from": [[one.display_name, one.addr_spec] for one in modern["From"].addresses],
        "old_to": [address for _, address in email.utils.getaddresses(old.get_all("To"))],
        "subject": str(modern["Subject"]),
        "bodies": [[part.get_content_type(), part.get_payload(decode=True).decode("utf-8")] for part in parts],
        "defects": [str(defect) for part in modern.walk() for defect in part.defects],
    }


def passed_on(content):
    """The mail read and written again, as a mailing list does."""
    try:
        return email.message_from_bytes(content, policy=email.policy.SMTP).as_bytes()
    except Exception:  # it refuses to write what it must not
        return content


if __name__ == "__main__":
    contents = [base64.b64decode(text) for text in json.load(sys.stdin)]
    json.dump([{"once": read(one), "twice": read(passed_on(one))} for one in contents], sys.stdout)
