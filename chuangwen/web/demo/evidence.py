"""What two schools of the invented city have put into their libraries; one photo of theirs is the same."""

from __future__ import annotations

from datetime import date
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from chuangwen.cases.library import services as library
from chuangwen.organizations.models import Person

_RULES = """文明服务公约

一、使用文明用语，来有迎声，问有答声，走有送声。
二、首问负责，一次告知，不推诿，不拖延。
三、公示办事指南和监督电话，意见三个工作日内答复。
"""


def fill_library(actor: Person, day: date, *, width: int, rules: bool) -> None:
    """A photo of a notice board, and for one of them a document and a link beside it."""
    unit = actor.posts.held()[0].unit
    photo = SimpleUploadedFile("门厅公示栏.jpg", _board(width))
    library.add(
        actor=actor, unit=unit, stored=library.store([photo]), description="门厅公示栏，每月更新。", dated=day
    )
    if rules:
        text = SimpleUploadedFile("文明服务公约.txt", _RULES.encode())
        library.add(
            actor=actor,
            unit=unit,
            stored=library.store([text]),
            description="全体教职工大会通过。",
            dated=day,
        )
        library.add(actor=actor, unit=unit, link="https://example.org/notice", name="创建工作公告（网站）")


def _board(width: int) -> bytes:
    """A drawn notice board, larger or smaller: a photo of it would be of somebody's hall."""
    board = Image.new("RGB", (1200, 800), (196, 186, 170))
    draw = ImageDraw.Draw(board)
    draw.rectangle((120, 90, 1080, 640), fill=(150, 32, 28))
    draw.rectangle((150, 120, 1050, 210), fill=(236, 200, 90))
    for column, row in ((column, row) for column in range(4) for row in range(2)):
        left, top = 170 + column * 222, 240 + row * 195
        tone = 235 - 25 * ((column * 3 + row * 5) % 4)
        draw.rectangle((left, top, left + 190, top + 165), fill=(tone, tone, 250 - column * 30))
        for line in range(3 + (column + row) % 3):
            draw.line(
                (left + 15, top + 25 + line * 26, left + 150 - line * 17, top + 25 + line * 26),
                (60, 60, 70),
                6,
            )
    draw.polygon([(0, 800), (1200, 800), (1200, 690), (0, 720)], fill=(120, 110, 104))
    data = BytesIO()
    board.resize((width, width * 2 // 3)).save(data, "JPEG", quality=88)
    return data.getvalue()
