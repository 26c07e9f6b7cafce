"""The settings under which tests run: the product's own, in test mode, with data in a temporary place."""

import os
import tempfile
from pathlib import Path

os.environ["CHUANGWEN_MODE"] = "test"
# Lives as long as this module, and is removed when the process ends.
_DATA = tempfile.TemporaryDirectory(prefix="chuangwen-test-", ignore_cleanup_errors=True)
os.environ["CHUANGWEN_DATA"] = _DATA.name

from chuangwen.settings import *  # noqa: E402, F403
from chuangwen.settings import DATA_DIR, DATABASES  # noqa: E402

# There is a map; nobody answers on the port of its tiles.
MAP_TILES = "http://127.0.0.1:9/{z}/{x}/{y}.png"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: several connections race in the tests as they do in service.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(DATA_DIR) / "test.db")}
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
