"""Codes of units: the unified social credit code (GB 32100), or an internal one where there is none."""

from __future__ import annotations

import re

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from chuangwen.core.problems import Problem
from chuangwen.organizations.problems import BAD_CODE

_INTERNAL = re.compile(r"[A-Z0-9][A-Z0-9-]{1,11}")


def unit_code(text: str) -> str:
    """``text`` as a valid code, in capitals and without spaces.

    18 characters must be a unified social credit code with the right check digit; 2 to 12 letters, digits
    and hyphens are an internal code.

    Raises Problem ``unit.bad_code``.
    """
    code = re.sub(r"\s", "", text).upper()
    if _INTERNAL.fullmatch(code):
        return code
    try:
        return str(uscc.validate(code))
    except ValidationError as error:
        raise Problem(BAD_CODE, code=text) from error
