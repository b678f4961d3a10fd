"""Files as people send them, good and bad, and what stands in a PDF."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from pypdf import PdfReader

from services.documents.contents import ODT
from services.files import Files

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 40


def archive(parts: dict[str, bytes]) -> bytes:
    """A ZIP archive with these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return buffer.getvalue()


def word(**more: bytes) -> bytes:
    """A file of Word, with more parts if so wished (`__` stands for `/`, `_DOT_` for `.`)."""
    return archive({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>", **_named(more)})


def excel(**more: bytes) -> bytes:
    """A file of Excel."""
    return archive({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>", **_named(more)})


def odt(**more: bytes) -> bytes:
    """A text of LibreOffice."""
    return archive({"mimetype": ODT.encode(), "content.xml": b"<content/>", **_named(more)})


def form_with(fields: dict[str, object], name: str, data: bytes) -> bytes:
    """A form with a file as a browser sends it, between lines of `limit`; the test client leaves large ones open."""
    parts = [
        f'--limit\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, value in fields.items()
    ]
    head = f'--limit\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return "".join([*parts, head]).encode() + data + b"\r\n--limit--\r\n"


def _named(parts: dict[str, bytes]) -> dict[str, bytes]:
    return {name.replace("__", "/").replace("_DOT_", "."): data for name, data in parts.items()}


GOOD = {
    "a.pdf": PDF,
    "a.PNG": PNG,
    "a.jpg": JPEG,
    "a.jpeg": JPEG,
    "a.docx": word(),
    "a.xlsx": excel(),
    "a.odt": odt(),
    "a.csv": "nome;país\nAzeites;Itália\n".encode(),
    "a.txt": "Olá".encode("latin-1"),
}
"""One file of each type that is taken."""


def left_in(files: Files | Path) -> list[str]:
    """The files that lie in the folder."""
    folder = files.folder if isinstance(files, Files) else files
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def text_of(data: bytes) -> str:
    """The words of a PDF, white space folded."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).split())


def squeezed(text: str) -> str:
    """A text without any white space: PDF breaks lines where it likes."""
    return re.sub(r"\s", "", text)
