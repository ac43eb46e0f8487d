"""Pictures small enough for a page: Pillow reduces them to a palette or to JPEG, whichever is smaller."""
import io

from PIL import Image, ImageChops

WIDTH = 900    # px
LARGEST = 150000  # bytes
MARGIN = 24    # px left around what is not white


def reduce(source, target):
    """Reads the image source (a path, or bytes in a buffer), writes target with the ending .png or .jpg; returns its name."""
    with Image.open(source) as image:
        image = _without_border(image.convert("RGB"))
        if image.width > WIDTH:
            image = image.resize((WIDTH, round(image.height * WIDTH / image.width)), Image.LANCZOS)
        ending, content = min((_palette(image), _jpeg(image)), key=lambda kind: len(kind[1]) * (1 if kind[0] == ".png" else 1.15))
    if len(content) > LARGEST:
        raise SystemExit("%s: %d kB, more than %d" % (target, len(content) // 1000, LARGEST // 1000))
    for other in (".png", ".jpg"):
        target.with_suffix(other).unlink(missing_ok=True)
    target.with_suffix(ending).write_bytes(content)
    return target.with_suffix(ending).name


def _without_border(image):
    white = Image.new("RGB", image.size, "white")
    box = ImageChops.difference(image, white).getbbox()
    if not box:
        return image
    return image.crop((max(box[0] - MARGIN, 0), max(box[1] - MARGIN, 0), min(box[2] + MARGIN, image.width), min(box[3] + MARGIN, image.height)))


def _palette(image):
    out = io.BytesIO()
    image.quantize(256, method=Image.MEDIANCUT, dither=Image.NONE).save(out, "PNG", optimize=True)
    return ".png", out.getvalue()


def _jpeg(image):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=88, optimize=True, subsampling=0)
    return ".jpg", out.getvalue()
