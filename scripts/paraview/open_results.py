"""Opens Tasis' results in ParaView: the deformed limb by tissue, its stretch, its margins, nerves and vessels, through the days.

    TASIS_RESULTS=results/tibia-50mm paraview --script=scripts/paraview/open_results.py     in the checkout

or as a macro, see README.md.  As a macro it takes the folder of the selected source, so open results.xmf or results.vtkhdf first.
"""
import os
import sys

HERE = os.environ.get("TASIS_PARAVIEW") or (os.path.dirname(os.path.abspath(__file__)) if "__file__" in globals() else os.path.join(os.getcwd(), "scripts", "paraview"))
if HERE not in sys.path:
    sys.path.insert(0, HERE)

from paraview import simple  # noqa: E402

LAYOUT = ("tissue", "fibre_stretch", "margin", "strands")  # upper left, upper right, lower left, lower right
OF_A_MESH = ("tissue", "mesh", "section")

# The scenes follow ParaView's time by this; ParaView runs it in a module of its own.
FOLLOW = """
def start_cue(self): pass
def tick(self):
    import open_results
    open_results.show_share(self.GetAnimationTime())
def end_cue(self): pass
"""

opened = {}  # what show_day needs: scenes and results


def folder_to_open():
    """The folder of the selected source, else $TASIS_RESULTS, else where ParaView was started."""
    source = simple.GetActiveSource()
    name = getattr(source, "FileName", None) or getattr(source, "FileNames", None) if source else None
    if name:
        return os.path.dirname(os.path.abspath(name if isinstance(name, str) else name[0]))
    return os.environ.get("TASIS_RESULTS") or os.getcwd()


def show_day(day):
    """Titles and bones of a day."""
    for scene in opened["scenes"]:
        scene.set_day(day, opened["results"].lengthening(day))


def show_share(share):
    """Those of the day after a share of the animation's time, which is what ParaView tells a cue."""
    animation = simple.GetAnimationScene()
    show_day(animation.StartTime + share * (animation.EndTime - animation.StartTime))


def lay_out(count):
    """Views of a new layout, two beside each other and two below."""
    simple.CreateLayout("Tasis")
    layout = simple.GetLayoutByName("Tasis")
    rows = [0]
    if count > 2:
        top = layout.SplitVertical(0, 0.5)
        rows = [top, top + 1]
    cells = []
    for row in rows:
        left = layout.SplitHorizontal(row, 0.5)
        cells += [left, left + 1]
    views = [simple.CreateView("RenderView") for _ in range(count)]
    for view, cell in zip(views, cells):
        layout.AssignView(cell, view)
    return views


def main(folder=None):
    """Opens a results folder and lays out its views; returns the scenes."""
    import tasis_open
    import tasis_views
    from tasis_results import Problem, Results
    simple._DisableFirstRenderCameraReset()
    try:
        results = Results(folder or folder_to_open())
        limb = tasis_open.open_limb(results)
    except Problem as problem:
        print("open_results.py: %s" % problem, file=sys.stderr)
        return []
    names = [name for name in (OF_A_MESH if results.is_mesh else LAYOUT) if not tasis_views.missing(name, limb)]
    if not results.is_mesh:
        limb.time = tasis_open.moment(limb, results.days[-1])
    opened.update(results=results, scenes=[tasis_views.make(name, limb, view) for name, view in zip(names, lay_out(len(names)))])
    if not results.is_mesh:
        follow_days(results)
    simple.RenderAllViews()
    return opened["scenes"]


def follow_days(results):
    """ParaView's animation goes through the output days, starts at the last one, and takes titles and bones along."""
    animation = simple.GetAnimationScene()
    animation.UpdateAnimationUsingDataTimeSteps()
    cue = simple.PythonAnimationCue()
    cue.Script = FOLLOW
    animation.Cues.append(cue)
    animation.AnimationTime = animation.TimeKeeper.TimestepValues[-1]
    show_day(results.days[-1])


if __name__ == "__main__":
    import open_results
    open_results.main()
