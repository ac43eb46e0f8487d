"""Pictures small enough for a page: Pillow reduces them to a width and a palette."""
import io

from PIL import Image, ImageChops

WIDTH = 900       # px
LARGEST = 150000  # bytes
MARGIN = 24       # px left around what is not white


def reduce(source, target):
    """Reads the image source (a path, or bytes in a buffer), writes target.png; returns its name."""
    with Image.open(source) as image:
        image = _without_border(image.convert("RGB"))
    if image.width > WIDTH:
        image = image.resize((WIDTH, round(image.height * WIDTH / image.width)), Image.LANCZOS)
    out = io.BytesIO()
    # of Pillow's ways the one that keeps rare colours, those of a legend, within 13 of 255 and banding out of sight
    image.quantize(256, method=Image.MAXCOVERAGE, kmeans=3, dither=Image.NONE).save(out, "PNG", optimize=True)
    if len(out.getvalue()) > LARGEST:
        raise SystemExit("%s: %d kB, more than %d" % (target, len(out.getvalue()) // 1000, LARGEST // 1000))
    target.with_suffix(".png").write_bytes(out.getvalue())
    return target.with_suffix(".png").name


def _without_border(image):
    white = Image.new("RGB", image.size, "white")
    box = ImageChops.difference(image, white).getbbox()
    if not box:
        return image
    return image.crop((max(box[0] - MARGIN, 0), max(box[1] - MARGIN, 0), min(box[2] + MARGIN, image.width), min(box[3] + MARGIN, image.height)))
