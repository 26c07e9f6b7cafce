"""The settings of ODK Collect as the picture that it reads: nobody types an address or a password.

Its documentation, "Importing and exporting settings": JSON, compressed by zlib, in base64.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from typing import Any

from qrcode import QRCode
from qrcode.image.svg import SvgPathImage


def settings_of(*, server: str, username: str, password: str) -> dict[str, Any]:
    """Forms come and go as visits do, what is filled in is sent when there is signal, and does not stay."""
    general = {
        "server_url": server,
        "username": username,
        "password": password,
        "form_update_mode": "match_exactly",
        "autosend": "wifi_and_cellular",
        "delete_send": True,
    }
    return {"general": general, "admin": {}, "project": {"name": "创文", "icon": "创"}}


def words_of(settings: dict[str, Any]) -> bytes:
    """What the picture holds."""
    return b64encode(zlib.compress(json.dumps(settings).encode()))


def picture_of(*, server: str, username: str, password: str) -> str:
    """The settings as an address of the picture itself (data:)."""
    code = QRCode(image_factory=SvgPathImage)
    code.add_data(words_of(settings_of(server=server, username=username, password=password)))
    picture = code.make_image().to_string()
    return f"data:image/svg+xml;base64,{b64encode(picture).decode()}"
