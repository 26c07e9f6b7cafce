"""The settings under which tests run: the product's own, in test mode, with data in a temporary place."""

import os
import tempfile
from pathlib import Path

os.environ["CHUANGWEN_MODE"] = "test"
os.environ.setdefault("CHUANGWEN_DATA", tempfile.mkdtemp(prefix="chuangwen-test-"))

from chuangwen.settings import *  # noqa: E402, F403
from chuangwen.settings import DATABASES, DATA_DIR  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: several connections race in the tests as they do in service.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(DATA_DIR) / "test.db")}
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
