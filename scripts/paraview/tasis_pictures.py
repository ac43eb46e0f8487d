#!/usr/bin/env pvpython
"""Renders the standard pictures of a results folder; scripts/view.sh calls it.

    pvpython tasis_pictures.py RESULTS FOLDER [--views a,b] [--day N] [--animation] [--check]

Writes <view>.png and pictures.json, a list of {"file", "title", "caption"}; with --animation frames of each view and, where ffmpeg is
there, a film.  --check only looks whether RESULTS and the options are good.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tasis_fields as fields  # noqa: E402
from tasis_results import Problem, Results  # noqa: E402

NAMES = ("tissue", "fibre_stretch", "fibre_stress", "margin", "strands", "section", "mesh")


def read_options(words):
    parser = argparse.ArgumentParser(prog="scripts/view.sh", add_help=False)
    parser.add_argument("results")
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--views", default="")
    parser.add_argument("--day", default="")
    parser.add_argument("--animation", action="store_true")
    parser.add_argument("--check", action="store_true")
    return parser.parse_args(words)


def wanted_views(text, results):
    """Names of --views; when empty all that a run or a mesh has."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        return ["mesh", "tissue", "section"] if results.is_mesh else [name for name in NAMES if name != "mesh"]
    for name in names:
        if name not in NAMES:
            raise Problem("--views: there is no view %s, allowed: %s" % (name, ", ".join(NAMES)))
    return names


def wanted_day(text, results):
    """The output day nearest to --day, which lies within the days of the results; None when not given."""
    if not text:
        return None
    try:
        day = float(text)
    except ValueError:
        raise Problem('--day: found "%s", allowed: a number of days' % text) from None
    if not results.days:
        raise Problem("--day: %s holds a mesh, without days" % results.folder)
    if not results.days[0] <= day <= results.days[-1]:
        raise Problem("--day: %g is out of range, the results hold day %g to %g" % (day, results.days[0], results.days[-1]))
    return min(results.days, key=lambda other: abs(other - day))


def check(options):
    """Results, views and day of the options, or a Problem."""
    results = Results(options.results)
    return results, wanted_views(options.views, results), wanted_day(options.day, results)


# ---- captions ----


def number(value):
    return "%.3g" % value


def range_text(name, span, place):
    """What a field ranges over, with its unit."""
    unit = fields.unit_words(fields.FIELDS[name].unit)
    return "%s of the %s ranges from %s to %s%s over all days" % (fields.FIELDS[name].words, place, number(span[0]), number(span[1]), " " + unit if unit else "")


def worst_text(results, day):
    """Where the smallest margin was."""
    smallest_day, value, tissue = results.smallest("margin")
    text = "The smallest margin on a day with a picture is %s%s on day %g" % (number(value), ", of %s" % fields.words(tissue) if tissue else "", smallest_day)
    worst = results.envelope
    if worst.get("rule"):
        text += "; over the whole run it is %s, of %s by the rule %s, on day %.1f" % (number(worst["margin"]), fields.words(worst.get("tissue") or worst.get("strand") or "the limb"), fields.words(worst["rule"]), worst["day"])
    return text


WHAT = {
    "tissue": "The lengthened limb by tissue, from outside without skin and fat, and cut lengthwise with bones; nerves and vessels are drawn in front of all",
    "fibre_stretch": "Stretch of the tissue along its fibres: 1 is the length before surgery, 1.1 is a tenth longer",
    "fibre_stress": "Stress of the tissue along its fibres, on a logarithmic scale; what is below the scale has its lowest colour",
    "margin": "Margin of the tissue to its limits of harm: 1 is untouched, 0 is at the limit, below 0 (red) the limit is exceeded",
    "strands": "Nerves coloured by the blood flow that is left, vessels by their strain since surgery; they are drawn thicker than they are",
    "section": "Cross-sections of the limb by tissue, seen from the foot",
    "mesh": "The mesh before surgery: cells by tissue, directions of fibres, and the surfaces that are attached to bones or glide on them",
}


def caption(name, results, day):
    """The view in plain words, with day, field, unit and range from the data."""
    parts = [WHAT[name]]
    if day is not None:
        lengths = results.lengthening(day)
        parts[0] = "Day %g%s. %s" % (day, ", bone lengthened by %.1f mm" % sum(lengths) if lengths else "", parts[0])
    if name in ("fibre_stretch", "fibre_stress", "margin"):
        parts.append(range_text(name, results.range_of(name), "tissue"))
    if name == "margin":
        parts.append(worst_text(results, day))
    if name == "strands":
        parts += [range_text(field, results.range_of(field, "strands.h5"), "nerves and vessels") for field in ("blood_flow_fraction", "strain") if field in results.strand_arrays]
    if name == "mesh":
        parts.append("%d cells, %d nodes, smallest scaled Jacobian %s" % (results.num_cells, results.num_points, number(results.range_of("scaled_jacobian")[0])))
    return ". ".join(parts) + "."


# ---- pictures ----


def day_of(name, results, day):
    """The day that is asked for; else the last one, for the margin that of the smallest one."""
    if results.is_mesh:
        return 0.0
    if day is not None:
        return day
    return results.smallest("margin")[0] if name == "margin" else results.days[-1]


def save(scene, path):
    from paraview import simple
    simple.SaveScreenshot(path, scene.view, ImageResolution=list(scene.view.ViewSize), TransparentBackground=0)


def animate(scene, results, folder):
    """A frame a day, and a film of them where there is ffmpeg."""
    import tasis_open
    frames = os.path.join(folder, scene.name)
    os.makedirs(frames, exist_ok=True)
    for k, day in enumerate(results.days):
        tasis_open.set_day(scene, results, day)
        save(scene, os.path.join(frames, "%04d.png" % k))
    print("%s: %d frames" % (frames, len(results.days)))
    if not shutil.which("ffmpeg"):
        print("no film of %s: ffmpeg is not installed" % scene.name)
        return
    film = os.path.join(folder, scene.name + ".mp4")
    command = ["ffmpeg", "-y", "-loglevel", "error", "-framerate", str(max(2, min(12, len(results.days) // 8))), "-i", os.path.join(frames, "%04d.png"), "-pix_fmt", "yuv420p", film]
    if subprocess.run(command).returncode:
        raise SystemExit("scripts/view.sh: ffmpeg made no film of %s" % scene.name)
    print(film)


def picture(name, limb, results, day, options):
    """Renders a view; returns its entry of pictures.json."""
    import tasis_open
    import tasis_views
    scene = tasis_open.make(name, limb, results, day_of(name, results, day))
    file = name + ".png"
    save(scene, os.path.join(options.folder, file))
    shown = None if results.is_mesh or name == "mesh" else day_of(name, results, day)
    if options.animation and not results.is_mesh:
        animate(scene, results, options.folder)
    from paraview import simple
    simple.Delete(scene.view)
    return {"file": file, "title": tasis_views.VIEWS[name][1], "caption": caption(name, results, shown)}


def main(words):
    options = read_options(words)
    try:
        results, names, day = check(options)
        if options.check:
            return 0
        import tasis_open
        import tasis_views
        os.makedirs(options.folder, exist_ok=True)
        limb = tasis_open.open_limb(results)
        lacking = {name: tasis_views.missing(name, limb) for name in names}
        for name in names:
            if lacking[name]:
                print("left out: view %s, %s" % (name, lacking[name]))
        names = [name for name in names if not lacking[name]]
        if not names:
            raise Problem("%s: no view can be made of what the results hold" % results.folder)
        entries = []
        for name in names:
            entries.append(picture(name, limb, results, day, options))
            print(os.path.join(options.folder, entries[-1]["file"]))
        with open(os.path.join(options.folder, "pictures.json"), "w") as out:
            json.dump(entries, out, indent=1)
            out.write("\n")
    except Problem as problem:
        print("scripts/view.sh: %s" % problem, file=sys.stderr)
        return 2
    except OSError as error:
        print("scripts/view.sh: %s" % error, file=sys.stderr)
        return 6
    return 0


if __name__ == "__main__":
    # as a module: ParaView's programmable filters put their own names, numpy's among them, into __main__
    import tasis_pictures
    sys.exit(tasis_pictures.main(sys.argv[1:]))
