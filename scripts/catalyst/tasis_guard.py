# script-version: 2.0
"""Keeps a Catalyst script from ending the simulation that it looks at; loaded by Tasis itself, before any script.

Whatever a script raises is kept in `problem`, one line that Tasis writes into its log (with Catalyst 2, which cannot hand it on, it goes to stderr), instead of a traceback, sys.exit() or an abort:
 - on ranks that all go on together: when the script fails on one of them, it is given up on every one;
 - a view where there is no display: ParaView as Debian has it renders through X11 alone, and would abort the program.

The file and line named are those of the script, not of what it called.
"""
import ctypes
import os
import sys
import traceback

problem = ""
lengthening = None  # [mm, ...] at each osteotomy, of the present step: set by Tasis, for tasis_insitu; Catalyst 2 has parameters for it
hosted = True  # by the generation before Catalyst 2, which reads `problem`


def _tell(text):
    global problem
    if problem:
        return
    problem = " ".join(text.split())
    if not hosted:
        print("warning: catalyst: %s; the calculation goes on without it" % problem, file=sys.stderr, flush=True)
    _say("OFF")  # what ParaView says of a script that has failed only hides why


def _say(level):
    """From here on ParaView writes what is at least that grave to stderr; satellite ranks never do."""
    from vtkmodules.vtkCommonCore import vtkLogger
    controller = _controller()
    if not controller or controller.GetLocalProcessId() == 0:
        vtkLogger.SetStderrVerbosity(getattr(vtkLogger, "VERBOSITY_" + level))


def _controller():
    from paraview.modules.vtkRemotingCore import vtkProcessModule
    module = vtkProcessModule.GetProcessModule()
    return module.GetGlobalController() if module else None


def _on_all(good):
    """Whether every rank is good. Collective."""
    controller = _controller()
    if not controller or controller.GetNumberOfProcesses() == 1:
        return good
    from vtkmodules.vtkCommonCore import vtkIntArray
    from vtkmodules.vtkParallelCore import vtkCommunicator
    mine, least = vtkIntArray(), vtkIntArray()
    mine.InsertNextValue(int(good))
    least.SetNumberOfValues(1)
    controller.AllReduce(mine, least, vtkCommunicator.MIN_OP)
    return bool(least.GetValue(0))


def _needs_x11():
    """Does this VTK draw through X11 and nothing else?"""
    from vtkmodules.vtkRenderingCore import vtkRenderWindow
    import vtkmodules.vtkRenderingOpenGL2  # noqa: F401 the factory of windows
    return vtkRenderWindow().GetClassName() == "vtkXOpenGLRenderWindow"


def _display_answers():
    """Opens the display, and keeps it open: Xvfb starts anew when its last client leaves it, and ParaView may be too early then."""
    try:
        x11 = ctypes.CDLL("libX11.so.6")
    except OSError:
        return False
    x11.XOpenDisplay.restype = ctypes.c_void_p
    return bool(x11.XOpenDisplay(None))


def _where(error, path):
    """'margin.py:12: ' of the innermost frame in the script's own folder."""
    folder = os.path.dirname(os.path.abspath(path)) if path else None
    frames = [f for f in traceback.extract_tb(error.__traceback__) if folder and os.path.dirname(os.path.abspath(f.filename)) == folder]
    frames = [f for f in frames if os.path.basename(f.filename) != "tasis_guard.py"]
    if isinstance(error, SyntaxError) and error.filename:
        return f"{os.path.basename(error.filename)}:{error.lineno}: "
    return f"{os.path.basename(frames[-1].filename)}:{frames[-1].lineno}: " if frames else ""


def _script_name():
    from paraview.catalyst import get_script_filename
    try:
        return get_script_filename()
    except Exception:  # not inside a script
        return None


def _guarded(function, otherwise):
    """The function; with `otherwise` for what it returns where it fails on any rank, and after that."""
    def call(*arguments):
        result, good = otherwise, not problem
        if good:
            try:
                result = function(*arguments)
            except BaseException as error:  # sys.exit() in a script must not end the simulation either
                good = False
                _tell(f"{_where(error, _script_name())}{type(error).__name__}: {error}")
        if not _on_all(good):
            _tell("the script failed on another rank")
            return otherwise
        return result
    return call


def _refuse_views():
    from paraview import servermanager

    def refuse(*_arguments, **_options):
        raise RuntimeError("there is no display to draw on: DISPLAY does not answer (xvfb-run makes one)")
    servermanager._create_view = refuse
    import paraview.simple as simple
    for name in ("CreateView", "CreateRenderView", "GetActiveViewOrCreate"):
        setattr(simple, name, refuse)


def _guard_scripts():
    from paraview.catalyst import v2_internals
    otherwise = {"register_module": "", "import_and_validate": None, "do_catalyst_initialize": None, "do_catalyst_execute": False,
                 "do_catalyst_finalize": None, "do_request_data_description": False}
    for name, value in otherwise.items():
        if hasattr(v2_internals, name):  # ParaView may rename them
            setattr(v2_internals, name, _guarded(getattr(v2_internals, name), value))


def _is_hosted():
    """Are we loaded by Tasis, and not by Catalyst 2 as a script?"""
    from paraview.catalyst.detail import IsInsitu
    return not IsInsitu()


def _set_up():
    global hosted
    hosted = _is_hosted()
    _say("ERROR")  # at the first step ParaView warns that its grids come twice at one time, which they do not
    _guard_scripts()
    if not _on_all(not _needs_x11() or _display_answers()):
        _refuse_views()


try:
    sys.dont_write_bytecode = True  # the ranks would race for the file
    _set_up()
except BaseException as error:
    _tell(f"{type(error).__name__}: {error}")
