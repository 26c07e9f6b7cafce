"""Put this work tree on the path of the environment that runs this, with its command `chuangwen`."""

import sys
import sysconfig
from pathlib import Path

TREE = Path(__file__).resolve().parent.parent
Path(sysconfig.get_path("purelib"), "chuangwen.pth").write_text(f"{TREE}\n", encoding="utf-8")
command = Path(sysconfig.get_path("scripts"), "chuangwen")
command.write_text(
    f"#!{sys.executable}\nimport sys\n\nfrom chuangwen.__main__ import main\n\nsys.exit(main())\n",
    encoding="utf-8",
)
command.chmod(0o755)
