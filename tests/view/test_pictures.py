"""scripts/view.sh on the results of one case: every standard picture is there, of its size, with the limb on it in the colours that it should
have; captions tell the ranges; an animation has a frame a day.  What is wrong with the input is said in one line, with status 2, before anything
is made.

    test_pictures.py VIEW_SH RESULTS MESH_RESULTS
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np
from PIL import Image

view, results, mesh = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
sys.path.insert(0, str(pathlib.Path(view).resolve().parent / "paraview"))
import tasis_fields as fields  # noqa: E402

# Colours that must be seen, and share of the picture that is not white.
PICTURES = {
    "tissue": ([fields.STRAND_COLOURS["nerve"], fields.STRAND_COLOURS["vessel"], fields.BONE], (0.1, 0.6)),
    "fibre_stretch": ([fields.BONE_BESIDE_COLOURS], (0.15, 0.7)),
    "fibre_stress": ([fields.BONE_BESIDE_COLOURS], (0.15, 0.7)),
    "margin": ([fields.BONE_BESIDE_COLOURS], (0.15, 0.7)),
    "strands": ([], (0.1, 0.6)),
    "section": ([fields.STRAND_COLOURS["nerve"], fields.BONE], (0.1, 0.6)),
}


def run(*words):
    return subprocess.run([view, *map(str, words)], capture_output=True, text=True)


def pixels(path):
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB")).astype(int)


def has_colour(picture, colour):
    """Some ten-thousandths of a picture in a colour, as bright as the lamp makes it."""
    wanted = 255 * np.array(colour)
    length = np.linalg.norm(picture, axis=2) + 1e-9
    same = (picture @ wanted) / (length * np.linalg.norm(wanted)) > 0.9985
    return (same & (np.abs(length / np.linalg.norm(wanted) - 1) < 0.3)).mean() > 5e-4


def check_picture(folder, entry):
    name = entry["file"].removesuffix(".png")
    picture = pixels(folder / entry["file"])
    height, width = picture.shape[:2]
    assert height == 1200 and 1000 <= width <= 2200, (name, width, height)
    colours, (low, high) = PICTURES[name]
    share = (picture.min(axis=2) < 245).mean()
    assert low < share < high, (name, share)
    for edge in (picture[:3], picture[-3:], picture[:, :3], picture[:, -3:]):
        assert (edge > 250).all(), name + " is cut off at an edge"
    for colour in colours:
        assert has_colour(picture, colour), (name, colour)
    assert len(np.unique(picture[::5, ::5].reshape(-1, 3) // 8, axis=0)) > 20, name
    assert entry["title"] and entry["caption"].startswith("Day "), entry


def check_captions(entries):
    """Ranges in captions are those of the file."""
    with h5py.File(results / "results.vtkhdf", "r") as file:
        for name in ("fibre_stretch", "fibre_stress", "margin"):
            values = file["VTKHDF/CellData/" + name][()]
            wanted = "from %.3g to %.3g" % (values.min(), values.max())
            assert wanted in entries[name]["caption"], (wanted, entries[name]["caption"])
        values = file["VTKHDF/CellData/margin"][()].reshape(len(file["VTKHDF/Steps/Values"]), -1)
        worst = file["VTKHDF/Steps/Values"][int(values.min(axis=1).argmin())]
    assert entries["margin"]["caption"].startswith("Day %g," % worst)


def check_run(folder):
    done = run(results, "--pictures", folder)
    assert done.returncode == 0, done.stderr
    entries = json.loads((folder / "pictures.json").read_text())
    assert [entry["file"] for entry in entries] == [name + ".png" for name in PICTURES]
    for entry in entries:
        check_picture(folder, entry)
    check_captions({entry["file"].removesuffix(".png"): entry for entry in entries})
    assert sorted(path.name for path in folder.iterdir()) == sorted([name + ".png" for name in PICTURES] + ["pictures.json"])


def check_animation(folder):
    with h5py.File(results / "results.vtkhdf", "r") as file:
        days = len(file["VTKHDF/Steps/Values"])
    done = run(results, "--pictures", folder, "--views", "section", "--animation")
    assert done.returncode == 0, done.stderr
    frames = sorted((folder / "section").iterdir())
    assert len(frames) == days, (len(frames), days)
    assert (pixels(frames[0]) != pixels(frames[-1])).any(axis=2).mean() > 1e-3  # the title at least, and the gap


def check_mesh(folder):
    done = run(mesh, "--pictures", folder, "--views", "mesh,margin")
    assert done.returncode == 0, done.stderr
    assert "left out: view margin, the results have no margin" in done.stdout, done.stdout
    entries = json.loads((folder / "pictures.json").read_text())
    assert [entry["file"] for entry in entries] == ["mesh.png"] and "scaled Jacobian" in entries[0]["caption"]
    picture = pixels(folder / "mesh.png")
    assert 0.1 < (picture.min(axis=2) < 245).mean() < 0.7


def check_bad_input(folder):
    empty, bare = folder / "empty", folder / "bare"
    empty.mkdir()
    bare.mkdir()
    (bare / "history.csv").write_text("time [day]\n0\n")
    broken = folder / "broken"
    broken.mkdir()
    (broken / "results.vtkhdf").write_text("no HDF5")
    table = [
        ([], "names no results"),
        (["--views"], "--views needs a value"),
        ([folder / "nowhere"], "nowhere: no such folder"),
        ([empty], "holds no results of Tasis"),
        ([bare], "only a history"),
        ([broken], "cannot be read"),
        ([results, "--views", "margins"], "there is no view margins, allowed: tissue,"),
        ([results, "--day", "1000"], "--day: 1000 is out of range"),
        ([results, "--day", "first"], 'found "first"'),
        ([results, "--frames"], "unknown option --frames"),
        ([mesh, "--day", "1"], "holds a mesh, without days"),
    ]
    for words, wanted in table:
        done = run(*words, *(["--pictures", folder / "pictures"] if words and "--views" != words[-1] else []))
        assert done.returncode == 2, (words, done.returncode, done.stderr)
        assert wanted in done.stderr and done.stderr.count("\n") == 1, (words, done.stderr)
        assert not (folder / "pictures").exists(), words


with tempfile.TemporaryDirectory() as temporary:
    for check in (check_run, check_animation, check_mesh, check_bad_input):
        place = pathlib.Path(temporary) / check.__name__
        place.mkdir()
        check(place)
        print(check.__name__, "good")
