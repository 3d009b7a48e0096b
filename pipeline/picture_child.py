"""The process that decodes what anybody sent as a picture: so much memory and time, and no secret.

`python -m pipeline.picture_child SIDE` reads a picture from standard input and writes it anew to standard
output: upright, without anything but the picture itself, no side longer than SIDE, as PNG where it has
transparency, else as JPEG. The exit status is 3 for what cannot be read, 4 for what is too large.
"""

import resource
import sys
import warnings
from io import BytesIO

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError
from pillow_heif import register_heif_opener

from pipeline.picture_limits import CPU_SECONDS, MEMORY_BYTES, MOST_PIXELS, UNREADABLE, UNUSABLE

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "HEIF")
_QUALITY = 85


def main() -> None:
    """Rewrite one picture."""
    for what, most in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_CPU, CPU_SECONDS)):
        resource.setrlimit(what, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    ImageFile.LOAD_TRUNCATED_IMAGES = True  # half a photo shows more than none
    register_heif_opener()
    try:
        sys.stdout.buffer.write(rewritten(sys.stdin.buffer.read(), int(sys.argv[1])))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        sys.exit(UNUSABLE)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        sys.exit(UNREADABLE)


def rewritten(content: bytes, side: int) -> bytes:
    """The picture anew; of an animation the first frame."""
    with Image.open(BytesIO(content), formats=FORMATS) as opened:
        opened.draft("RGB", (side, side))  # a JPEG is decoded no larger than it is needed
        upright = ImageOps.exif_transpose(opened)
        transparent = upright.has_transparency_data
        plain = upright.convert("RGBA" if transparent else "RGB")
        plain.thumbnail((side, side))
        bare = Image.new(plain.mode, plain.size)  # nothing of the old file's metadata is carried over
        bare.paste(plain)
        written = BytesIO()
        if transparent:
            bare.save(written, "PNG")
        else:
            bare.save(written, "JPEG", quality=_QUALITY)
        return written.getvalue()


if __name__ == "__main__":
    main()
