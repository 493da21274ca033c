"""Loaded by Schemathesis: whoever tries every operation with one key must not revoke that key on the way."""

import os
from typing import Any
from uuid import uuid4

import schemathesis

OWN_KEY = os.environ["OWN_KEY_ID"]


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    parameters = case.path_parameters
    if case.operation.path.startswith("/api/v1/keys/") and parameters.get("key_id") == OWN_KEY:
        parameters["key_id"] = str(uuid4())
