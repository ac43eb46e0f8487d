"""Prestrain, relaxation and growth through the whole solver: closed forms, rates in time, Newton's rate, homeostasis, treatments."""
import numpy as np

from closed_forms import Material
from tasis_cases import HEX_FACES, box, main, merge, quantity, weld
from test_newton import check_order

NEO = ("neo-hookean", {"mu": 0.5})
LOG = ("log-squared", {"K": 4.0})
WEISS = ("weiss", {"c3": 0.04, "c4": 8, "c5": 2.0, "stretch_linear": 1.5})
ALL_SIDES = ("x0", "x1", "y0", "y1", "z0", "z1")
FREE_SIDES = ("x0", "y0", "z0")


def tissue(*wrappers, direction=(1, 0, 0)):
    """The elastic material with prestrain, relaxation or growth."""
    return {**Material(NEO, LOG, WEISS, direction=direction, sheet=(0, 1, 0)).tissue(), **dict(wrappers)}


def held(sides, moved=None):
    """Sides that keep their place; moved: side -> (displacement, curve)."""
    surfaces = {side: {"displacement": {side[0]: "0 mm"}} for side in sides}
    for side, (value, curve) in (moved or {}).items():
        surfaces[side] = {"displacement": {side[0]: {"value": quantity(value, "mm"), "curve": curve}}}
    return surfaces


def uniaxial(stretch):
    """Cauchy stress along x and the lateral stretch of a bar whose sides are free, K = 4 MPa."""
    from scipy.optimize import brentq
    material = Material(NEO, LOG, WEISS, direction=(1, 0, 0), sheet=(0, 1, 0))
    lateral = brentq(lambda w: material.cauchy(np.diag([stretch, w, w]))[1, 1], 0.5, 1.5, xtol=1e-14)
    return material.cauchy(np.diag([stretch, lateral, lateral]))[0, 0], lateral


# ---- relaxation ----

def test_ramp_and_hold(suite):
    """Relaxation: pulled at constant volume in 10 s, held for 10 s; gamma = 0.5, tau = 3 s"""
    mesh = box((2, 2, 2), distort=0.2)
    stretch, across = 1.2, 1 / np.sqrt(1.2)
    sides = held(FREE_SIDES, {"x1": (stretch - 1, "pull"), "y1": (across - 1, "pull"), "z1": (across - 1, "pull")})
    case = {"surfaces": sides, "curves": {"pull": {"times": ["0 s", "10 s"], "values": [0, 1]}}, "time": {"end": "20 s", "step": "10 s"}}
    elastic = suite.run(mesh, {**case, "tissues": {"block": tissue()}})
    relaxing = suite.run(mesh, {**case, "tissues": {"block": tissue(("relaxation", {"model": "prony", "fraction": [1 / 3], "time": ["3 s"]}))}})
    for row, wanted in ((1, 1.144648901), (2, 1.005160204)):
        ratio = relaxing.reaction("x1", row)[0] / elastic.reaction("x1", row)[0]
        suite.check("force by that of relaxed tissue after %d s" % (10 * row), abs(ratio - wanted), 2e-9)


def test_long_steps(suite):
    """Relaxation: steps of a day, time constants of a second"""
    mesh = box((2, 2, 2), distort=0.2)
    case = {"surfaces": held(FREE_SIDES, {"x1": (0.3, "pull")}), "curves": {"pull": {"times": ["0 day", "1 day"], "values": [0, 1]}}, "time": {"end": "4 day", "steps": 4}}
    elastic = suite.run(mesh, {**case, "tissues": {"block": tissue()}})
    relaxing = suite.run(mesh, {**case, "tissues": {"block": tissue(("relaxation", {"model": "prony", "fraction": [0.3, 0.1], "time": ["1 s", "30 s"]}))}})
    force = relaxing.history["reaction_force.x1.x"][1:] / elastic.history["reaction_force.x1.x"][1:]
    suite.check("force of relaxed tissue after the days' rest", np.abs(force[1:] - 1).max(), 1e-9)
    suite.check_range("and at the end of the day that it was pulled", force[0] - 1, 1e-6, 1e-3)


# ---- prestrain ----

def test_clamped_prestrain(suite):
    """Prestrain: a clamped block keeps its shape and has the stress of its stretch"""
    mesh = box((2, 2, 2), distort=0.2)
    results = suite.run(mesh, {"tissues": {"block": tissue(("prestrain", {"model": "in-situ-stretch", "stretch": 1.1}))}, "surfaces": held(ALL_SIDES)})
    material = Material(NEO, LOG, WEISS, direction=(1, 0, 0), sheet=(0, 1, 0))
    stress = material.cauchy(np.diag([1.1, 1.1**-0.5, 1.1**-0.5]))
    suite.check("displacement, mm", np.abs(results.field("displacement", 0)).max(), 1e-12)
    suite.check("Cauchy stress, MPa", np.abs(results.field("cauchy_stress", 0).reshape(-1, 3, 3) - stress).max(), 1e-12)
    suite.check("elastic stretch of the fibres", np.abs(results.field("elastic_fibre_stretch", 0) - 1.1).max(), 1e-12)


def test_free_prestrain(suite):
    """Prestrain: with free sides the shape is kept too, and the stress becomes uniaxial"""
    mesh = box((3, 2, 2), distort=0.2)
    tolerance = 1e-7
    results = suite.run(mesh, {"tissues": {"block": tissue(("prestrain", {"model": "in-situ-stretch", "stretch": 1.1}))}, "surfaces": held(FREE_SIDES + ("x1",)),
                               "living": {"geometry_tolerance": quantity(tolerance, "mm")}})
    stress = np.zeros((3, 3))
    stress[0, 0] = uniaxial(1.1)[0]
    suite.check("displacement, mm", np.abs(results.field("displacement", 0)).max(), tolerance)
    suite.check("Cauchy stress, MPa", np.abs(results.field("cauchy_stress", 0).reshape(-1, 3, 3) - stress).max(), 1e-6)


def test_prestrained_neighbours(suite):
    """Prestrain: a stretched and a slack part side by side between the same ends, and one behind the other"""
    for label, origin in (("side by side", (0, 1, 0)), ("one behind the other", (1, 0, 0))):
        mesh = weld(merge([box((2, 2, 2), tissue="nerve"), box((2, 2, 2), tissue="bed", origin=origin)]))
        mesh.surfaces = {}
        low, high = mesh.points.min(axis=0), mesh.points.max(axis=0)
        for name in ALL_SIDES:
            axis, wanted = "xyz".index(name[0]), (low, high)[int(name[1])]["xyz".index(name[0])]
            facets = mesh.cells[:, HEX_FACES[name]]
            mesh.surfaces[name] = facets[np.all(np.abs(mesh.points[facets][:, :, axis] - wanted) < 1e-9, axis=1)]
        results = suite.run(mesh, {"tissues": {"nerve": tissue(("prestrain", {"model": "in-situ-stretch", "stretch": 1.1})), "bed": tissue()},
                                   "surfaces": {"x0": {"attached": "wall"}, "x1": {"attached": "wall"}}, "bodies": {"wall": {}}, "living": {"geometry_tolerance": "1e-6 mm"}})
        suite.check("%s: displacement, mm" % label, np.abs(results.field("displacement", 0)).max(), 1e-6)
        suite.check("%s: the ends' forces are opposite, N" % label, np.abs(results.reaction("x0", 0)[:3] + results.reaction("x1", 0)[:3]).max(), 1e-7)


# ---- growth ----

GROWTH = ("growth", {"model": "fibre-growth", "time": "6 day", "loss_time": "6 day"})
CLOSED = {0.5: 1.05387617, 1: 1.08599848, 2: 1.11816302, 5: 1.13845623}  # theta by t/tau at a stretch of 1.14


def clamped_bar(suite, steps, share, stretch=1.14, tolerance=0.5, growth=GROWTH):
    """Pulled within a second and held for a share of the time constant."""
    mesh = box((2, 1, 1), distort=0.0)
    days = 6 * share
    case = {"tissues": {"block": tissue(growth)}, "surfaces": held(FREE_SIDES, {"x1": (stretch - 1, "pull")}), "living": {"growth_tolerance": tolerance},
            "curves": {"pull": {"times": ["0 s", "1 s"], "values": [0, 1]}}, "time": {"end": quantity(days, "day"), "step": quantity(days / steps, "day")}}
    return suite.run(mesh, case)


def test_clamped_growth(suite):
    """Growth: a bar held at a stretch of 1.14"""
    for share, theta in CLOSED.items():
        errors = [abs(clamped_bar(suite, steps, share).history["block.growth_mean"][-1] - theta) for steps in (16, 32, 64)]
        suite.check_rate("theta after %g time constants" % share, errors, 2, 1e-4, slack=0.3)
    results = clamped_bar(suite, 64, 5)
    stress, _ = uniaxial(1.14 / results.history["block.growth_mean"][-1])
    # The sides find their place with theta extrapolated to the end of the step.
    suite.check("stress is that of the elastic stretch, MPa", abs(results.history["block.fibre_stress_mean"][-1] - stress), 5e-5)


def test_error_control(suite):
    """Growth: steps chosen by the error of growth"""
    errors = {}
    for tolerance in (1e-3, 1e-4):
        results = clamped_bar(suite, 1, 2, tolerance=tolerance)
        errors[tolerance] = abs(results.history["block.growth_mean"][-1] - CLOSED[2])
        suite.check("theta after 2 time constants, %d steps for a tolerance of %g" % (len(results.history["time"]) - 1, tolerance), errors[tolerance], 2 * tolerance)
    suite.check("a tolerance ten times smaller, error by that before", errors[1e-4] / errors[1e-3], 0.4)


def test_steady_distraction(suite):
    """Growth: lengthened steadily, growth keeps pace"""
    mesh = box((2, 1, 1))
    rate, days = 0.05 / 6, 90  # of the length a day: r tau = 0.05
    case = {"tissues": {"block": tissue(GROWTH)}, "surfaces": held(FREE_SIDES, {"x1": (rate * days, "pull")}),
            "curves": {"pull": {"times": ["0 day", "%d day" % days], "values": [0, 1]}}, "time": {"end": "%d day" % days, "steps": 90}}
    results = suite.run(mesh, case)
    suite.check("elastic stretch after fifteen time constants", abs(results.history["block.elastic_fibre_stretch_mean"][-1] - 1.04772256), 1e-6)


def test_homeostasis(suite):
    """Growth: held tissue returns to the stress that it had in situ, and stays"""
    growth = dict(GROWTH[1])
    mesh = box((2, 2, 2), distort=0.2)
    case = {"tissues": {"block": tissue(("prestrain", {"model": "in-situ-stretch", "stretch": 1.08}), ("growth", growth), ("relaxation", {"model": "prony", "fraction": [0.3], "time": ["10 min"]}))},
            "surfaces": held(FREE_SIDES, {"x1": (0.1, "pull")}), "curves": {"pull": {"times": ["0 day", "1 day"], "values": [0, 1]}},
            "living": {"geometry_tolerance": "1e-7 mm"}, "time": {"end": "400 day", "step": "10 day"}}
    results = suite.run(mesh, case)
    stress, day = results.history["block.fibre_stress_mean"], results.history["time"]
    suite.check_range("stress has risen, ratio to that in situ", stress.max() / stress[0], 1.3, 10)
    suite.check("and is back after 100 days", abs(stress[day >= 100][0] / stress[0] - 1), 1e-3)
    suite.check("where it stays for 300 days", np.ptp(stress[day >= 200]) / stress[0], 1e-6)
    suite.check("growth has taken up the lengthening", abs(results.history["block.growth_mean"][-1] - 1.1), 1e-5)


def test_coupled_growth(suite):
    """Growth: muscle in series with tendon, staggered growth against a run with small steps"""
    parts = [box((3, 1, 1), (3, 1, 1), tissue="muscle"), box((1, 1, 1), tissue="tendon", origin=(3, 0, 0))]
    for part in parts:
        part.surfaces = {}
    mesh = weld(merge(parts))
    mesh.surfaces = {"x0": mesh.cells[:1, HEX_FACES["x0"]], "x1": mesh.cells[-1:, HEX_FACES["x1"]]}

    def theta(steps):
        case = {"tissues": {"muscle": tissue(GROWTH), "tendon": tissue()}, "bodies": {"wall": {}, "end": {"motion": {"x": {"value": "0.6 mm", "curve": "pull"}}}},
                "surfaces": {"x0": {"attached": "wall"}, "x1": {"attached": "end"}}, "living": {"growth_tolerance": 0.5},
                "curves": {"pull": {"times": ["0 day", "12 day"], "values": [0, 1]}}, "time": {"end": "12 day", "steps": steps}}
        return suite.run(mesh, case).history["muscle.growth_mean"][-1]
    exact = theta(512)
    suite.check_rate("theta of the muscle", [abs(theta(steps) - exact) for steps in (8, 16, 32)], 2, 1e-4, slack=0.3)


# ---- treatments ----

def lengthened(suite, rate, rhythm, resolve_every=1, length=12, rest=20, ramp="1 min"):
    """A muscle of 60 mm with a tendon of 20 mm behind it, presets, lengthened by 12 mm after 5 days, and 20 days of consolidation; rhythm None:
    steadily."""
    parts = [box((4, 1, 1), (60, 10, 10), tissue="muscle"), box((2, 1, 1), (20, 10, 10), tissue="tendon", origin=(60, 0, 0))]
    for part in parts:
        part.surfaces = {}
    mesh = weld(merge(parts))
    mesh.surfaces = {"x0": mesh.cells[:1, HEX_FACES["x0"]], "x1": mesh.cells[-1:, HEX_FACES["x1"]]}
    case = {"tissues": {name: {"preset": name, "direction": [1, 0, 0]} for name in ("muscle", "tendon")}, "living": {"prestrain": "yes", "relaxation": "yes", "growth": "yes"},
            "bodies": {"knee": {}, "heel": {}}, "surfaces": {"x0": {"attached": "knee"}, "x1": {"attached": "heel"}},
            "distraction": {"body": "heel", "direction": [1, 0, 0], "length": "%g mm" % length, "rate": "%g mm/day" % rate, "latency": "5 day", "steps_per_day": rhythm or 4,
                            "ramp": ramp if rhythm else "0 s", "resolve_every": resolve_every},
            "time": {"end": "%g day" % (5 + length / rate + rest), "step": "1 day"}, "solver": {"tolerance": 1e-8}, "output": {"fields": "none"}}
    return suite.run(mesh, case).history


def test_treatment(suite):
    """Rate and rhythm: saw-teeth that relax, peaks in the order of rate and of the size of steps, sarcomeres that return"""
    force, sarcomere = "axial_force", "muscle.sarcomere_length_mean"
    rates = {rate: lengthened(suite, rate, 4) for rate in (0.5, 1, 2)}
    for column in (force, sarcomere):
        peaks = [history[column].max() for history in rates.values()]
        suite.check_range("%s: peak at 1 mm/day by that at 0.5" % column, peaks[1] / peaks[0], 1.005, 10)
        suite.check_range("%s: peak at 2 mm/day by that at 1" % column, peaks[2] / peaks[1], 1.005, 10)
    rhythms = [rates[1][force].max()] + [lengthened(suite, 1, rhythm)[force].max() for rhythm in (1, None)]
    suite.check_range("peak force of one step a day by that of four", rhythms[1] / rhythms[0], 1.005, 10)
    suite.check_range("of four steps by that of steady lengthening", rhythms[0] / rhythms[2], 1.005, 10)
    history = rates[1]
    falls = np.diff(history[force])[(np.diff(history["gap"]) == 0) & (history["gap"][1:] > 0) & (history["gap"][1:] < 12)]
    suite.check("force never rises while the device rests, N", falls.max(), 0)
    suite.check_range("sarcomere length: highest by that before, um/um", history[sarcomere].max() / history[sarcomere][0], 1.02, 1.3)
    suite.check_range("at the end it has gone back by this share", (history[sarcomere].max() - history[sarcomere][-1]) / (history[sarcomere].max() - history[sarcomere][0]), 0.5, 1)


def test_many_steps(suite):
    """1440 steps a day are steady lengthening: a fifth of a day of them"""
    many, steady = (lengthened(suite, 1, rhythm, length=0.2, rest=0.1, ramp="30 s") for rhythm in (1440, None))
    for column in ("axial_force", "muscle.sarcomere_length_mean"):
        for what, end in (("at the end of the distraction", 0.2), ("after a rest", 0.3)):
            values = [np.interp(5 + end, history["time"], history[column]) - history[column][0] for history in (many, steady)]
            suite.check("%s, change %s" % (column, what), abs(values[0] / values[1] - 1), 1e-2)


def test_two_clocks(suite):
    """Two clocks: every fourth day resolved, against every day, where both have the same gap"""
    every, fourth = (lengthened(suite, 1, 4, resolve) for resolve in (1, 4))
    suite.check("steps that are left", len(fourth["time"]) / len(every["time"]), 0.6)
    common = np.intersect1d(np.round(every["time"], 9), np.round(fourth["time"], 9))
    rows = [np.isin(np.round(history["time"], 9), common) for history in (every, fourth)]
    same = np.abs(every["gap"][rows[0]] - fourth["gap"][rows[1]]) < 1e-6
    for column in ("axial_force", "muscle.sarcomere_length_mean", "muscle.growth_mean", "tendon.elastic_fibre_stretch_mean"):
        difference = np.abs(every[column][rows[0]] - fourth[column][rows[1]])[same].max() / np.ptp(every[column])
        suite.check("%s at the %d times of both, of its range" % (column, same.sum()), difference, 0.02)


# ---- Newton ----

def test_newton(suite):
    """Newton's rate with prestrain, relaxation, growth and turnover of the matrix, in every element"""
    for kind in ("fibre-growth", "area-growth", "turnover"):
        for element in ("hex8", "tet10", "hex27"):
            mesh = box((2, 2, 2), element=element, distort=0.25)
            wrappers = (("prestrain", {"model": "in-situ-stretch", "stretch": 1.05}), ("relaxation", {"model": "prony", "fraction": [0.2, 0.1], "time": ["1 min", "10 min"]}),
                        ("growth", {"model": kind, "time": "6 day"}), ("matrix_turnover", {"model": "transient-network", "time": "20 day"}))
            motion = {"x": "0.12 mm", "y": "0.2 mm", "rotation_x": "0.4 rad"}
            case = {"tissues": {"block": tissue(*wrappers)}, "bodies": {"wall": {}, "end": {"motion": motion}}, "surfaces": {"x0": {"attached": "wall"}, "x1": {"attached": "end"}},
                    "time": {"end": "2 min", "steps": 1}}
            check_order(suite, "%s, %s" % (element, kind), mesh, case, element)


if __name__ == "__main__":
    main(__doc__, test_ramp_and_hold, test_long_steps, test_clamped_prestrain, test_free_prestrain, test_prestrained_neighbours, test_clamped_growth, test_error_control,
         test_steady_distraction, test_homeostasis, test_coupled_growth, test_treatment, test_many_steps, test_two_clocks, test_newton)
