"""What a browser calls itself, in the words that its user would use for it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# What a user agent holds → how we keep it → how people call it. The first that fits wins: browsers carry
# the names of those that they descend from.
_BROWSERS: tuple[tuple[str, str, str | Promise], ...] = (
    ("wxwork", "wecom", gettext_lazy("WeCom")),
    ("MicroMessenger", "wechat", gettext_lazy("WeChat")),
    ("DingTalk", "dingtalk", gettext_lazy("DingTalk")),
    ("QQBrowser", "qq", gettext_lazy("QQ browser")),
    ("UCBrowser", "uc", gettext_lazy("UC browser")),
    ("HuaweiBrowser", "huawei", gettext_lazy("Huawei browser")),
    ("MiuiBrowser", "xiaomi", gettext_lazy("Xiaomi browser")),
    ("Edg", "edge", "Edge"),
    ("Firefox", "firefox", "Firefox"),
    ("Chrome", "chrome", "Chrome"),
    ("Safari", "safari", "Safari"),
)
_SYSTEMS: tuple[tuple[str, str, str | Promise], ...] = (
    ("OpenHarmony", "harmony", gettext_lazy("HarmonyOS")),
    ("HarmonyOS", "harmony", gettext_lazy("HarmonyOS")),
    ("Android", "android", gettext_lazy("Android phone or tablet")),
    ("iPhone", "iphone", "iPhone"),
    ("iPad", "ipad", "iPad"),
    ("Windows", "windows", gettext_lazy("Windows computer")),
    ("Macintosh", "mac", gettext_lazy("Mac computer")),
    ("Linux", "linux", gettext_lazy("Linux computer")),
)


def device_of(user_agent: str) -> str:
    """Browser and system as two words, such as ``chrome windows``; ``-`` stands for what is not known."""
    return " ".join(
        next((code for sign, code, _words in table if sign in user_agent), "-")
        for table in (_BROWSERS, _SYSTEMS)
    )


def device_words(device: str) -> str:
    """A device as ``device_of`` keeps it, for its user to recognise."""
    browser, _space, system = device.partition(" ")
    called = {code: words for _sign, code, words in _BROWSERS}
    runs_on = {code: words for _sign, code, words in _SYSTEMS}
    return _("%(browser)s on %(system)s") % {
        "browser": called.get(browser) or _("an unknown browser"),
        "system": runs_on.get(system) or _("an unknown device"),
    }
