"""Files for tests: photos, documents and archives as a browser would send them, made on the spot."""

from __future__ import annotations

import base64
import random
import zipfile
import zlib
from io import BytesIO

import docx
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from PIL import ExifTags, Image, ImageDraw, ImageFilter, ImageFont

from chuangwen.core.files import DOCX, XLSX

# As a phone sends it: 64 × 48 pixels held on their side, red with blue in one quarter, taken at 09:30 on 20
# October 2026. Nothing that we may use writes HEIC, so it stands here as it was written once.
HEIC = zlib.decompress(
    base64.b85decode(
        "c-muNV30{GsVvAy%}izhg51nBLl8SRGck>Uf$>CcYDppk1Sn>t<P<^K3<a6VB@Af5Br_);Y>0~k0}}%yh{gB@LIZ&rPz"
        "(r|l;9#^Kx~njnU@CUfn-I2oK&zfpqh-bWJ3ldK}L`g*NRNAa=wDhl3WI;N=Ej~f}#Q-`&ni|az2nQ1L}2VWCjUM04tL"
        "F!0_kqj~@&S{LBeJ9TE<VJdFSUgA_1>R4{{(+%6`EM4+UW6C)#<%mRf*)@iSvEZez*Bf~%eD8vjR7!;F$%Gq2P4;CNj1"
        "X?1ToS##amz+}p6y;@LYXAy~WEK~sLcQw%#Tv;ui3LzLC@2h|G&m6c|Ns918W;ivnH8BJL1qpP4j{#uS(IM_bPt1MW<f"
        "42QWzN+*&3OcSzFqG9I4Er)HJ9BUvf%uGB_GQW>3jYNd(20kp|;>$p+4xCA0GXg_z&*;qN*B(?UXERV`bk!rIjHO@I7a"
        "jNjhB{Gxrz_Z;8duFLtGbbz|pAffK-%b*41aWF733V{L!<aq{$_DlvAs1MX2PMW|BcE1QHdO-q421aI9h6Ywf1_}n2R>"
        "lTa1_lfOA|-O-"
    )
)


def upload(data: bytes, name: str = "文件", content_type: str = "application/octet-stream") -> UploadedFile:
    return SimpleUploadedFile(name, data, content_type)


def photo(kind: str, size: tuple[int, int] = (40, 30), mode: str = "RGB") -> bytes:
    data = BytesIO()
    Image.new(mode, size).save(data, kind)
    return data.getvalue()


def taken(size: tuple[int, int] = (400, 300), *, at: str = "", place: bool = False, turned: int = 1) -> bytes:
    """A photo as a phone sends it: with the time, the place (34.35 N, 108.7 E) and how it was held."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = turned
    exif[ExifTags.Base.Model] = "示例手机"
    if at:
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = at
    if place:
        exif.get_ifd(ExifTags.IFD.GPSInfo).update(
            {
                ExifTags.GPS.GPSLatitudeRef: "N",
                ExifTags.GPS.GPSLatitude: (34.0, 21.0, 0.0),
                ExifTags.GPS.GPSLongitudeRef: "E",
                ExifTags.GPS.GPSLongitude: (108.0, 42.0, 0.0),
            }
        )
    data = BytesIO()
    picture(size).save(data, "JPEG", exif=exif)
    return data.getvalue()


def picture(size: tuple[int, int] = (400, 300), seed: int = 1) -> Image.Image:
    """A picture with something on it, another one for each ``seed``."""
    small = Image.effect_noise((8, 6), 100).convert("RGB")
    dice = random.Random(seed)  # noqa: S311 - no secret
    small.putdata([tuple(dice.choices(range(256), k=3)) for _pixel in range(48)])
    return small.resize(size)


def street() -> bytes:
    """A drawn face and a drawn number plate, such as the detectors take for real ones: nobody's."""
    image = Image.new("RGB", (900, 700), (150, 160, 150))
    draw = ImageDraw.Draw(image)
    left, top, side = 200, 150, 200

    def spot(shape: str, *corners: float, fill: tuple[int, int, int]) -> None:
        ends = [round((left, top)[n % 2] + side * part) for n, part in enumerate(corners)]
        getattr(draw, shape)(ends, fill=fill)

    spot("ellipse", 0, 0, 1, 1.3, fill=(40, 30, 25))  # hair
    spot("ellipse", 0.08, 0.22, 0.92, 1.25, fill=(210, 175, 145))
    for eye in (0.3, 0.7):
        spot("rectangle", eye - 0.13, 0.42, eye + 0.13, 0.47, fill=(60, 45, 35))
        spot("ellipse", eye - 0.13, 0.48, eye + 0.13, 0.62, fill=(120, 90, 75))
        spot("ellipse", eye - 0.1, 0.51, eye + 0.1, 0.6, fill=(240, 240, 240))
        spot("ellipse", eye - 0.045, 0.51, eye + 0.045, 0.6, fill=(20, 20, 20))
    spot("polygon", 0.5, 0.55, 0.4, 0.82, 0.6, 0.82, fill=(190, 150, 120))
    for nostril in (0.42, 0.52):
        spot("ellipse", nostril, 0.78, nostril + 0.06, 0.83, fill=(110, 70, 60))
    spot("ellipse", 0.32, 0.94, 0.68, 1.04, fill=(150, 70, 70))
    draw.rectangle((520, 480, 780, 540), fill=(245, 245, 245), outline=(10, 10, 10), width=4)
    draw.text((535, 482), "A 123 BC 77", fill=(10, 10, 10), font=ImageFont.load_default(48))
    data = BytesIO()
    image.filter(ImageFilter.GaussianBlur(1.5)).save(data, "JPEG", quality=90)
    return data.getvalue()


def docx_of(*paragraphs: str) -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    data = BytesIO()
    document.save(data)
    return data.getvalue()


def archive(parts: dict[str, bytes | str]) -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in parts.items():
            written.writestr(name, content)
    return data.getvalue()


def content_types(**kinds: str) -> str:
    """The list of an office document's parts, each ``name=content type`` with _ for / in names."""
    rows = "".join(
        f'<Override PartName="/{name.replace("_", "/")}.xml" ContentType="{kind}"/>'
        for name, kind in kinds.items()
    )
    return f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{rows}</Types>'


def xlsx() -> bytes:
    return archive(
        {"[Content_Types].xml": content_types(xl_workbook=f"{XLSX}.main+xml"), "xl/workbook.xml": ""}
    )


def minimal_docx(document: str | bytes, **parts: str | bytes) -> bytes:
    """A docx of this ``document.xml``, and of other parts such as ``numbering=``."""
    word = DOCX.removesuffix("document")
    kinds = {f"word_{name}": f"{word}{name}+xml" for name in parts}
    listed = content_types(word_document=f"{DOCX}.main+xml", **kinds)
    texts = {f"word/{name}.xml": content for name, content in parts.items()}
    return archive({"[Content_Types].xml": listed, "word/document.xml": document} | texts)


def locked_docx() -> bytes:
    """As a word processor saves a document under a password: a compound file with one encrypted stream."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(9000, b"\0") + "EncryptedPackage".encode("utf-16-le")
