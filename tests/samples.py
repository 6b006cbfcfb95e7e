"""Files made on the spot for tests of every floor."""

from __future__ import annotations


def pdf(words: str = "") -> bytes:
    """The smallest whole PDF, with a cross-reference table, that tells one from another by `words`."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    ]
    content, places = bytearray(b"%PDF-1.4\n%" + words.encode() + b"\n"), []
    for number, item in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj%s endobj\n" % (number, item)
    start = len(content)
    content += b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(content) + b"trailer<</Root 1 0 R/Size 4>>\nstartxref\n%d\n%%%%EOF\n" % start
