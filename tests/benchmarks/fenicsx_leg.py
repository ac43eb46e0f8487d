"""The leg benchmark on FEniCSx: same mesh, same law, Q1P0, against tests/benchmarks/leg/case.yaml. Imported by fenicsx_peer.py --leg."""
import importlib.util
import pathlib
import subprocess
import tempfile
import time

import numpy as np
import tasis_cases
import ufl_solid
from ufl_solid import ufl

FOLDER = pathlib.Path(__file__).resolve().parent / "leg"
LEVEL, LENGTH, STEPS = "A", 50.0, 10
# mu (twice c1), K, c3, c4, c5, lam*: MPa and 1
LAW = {11: (0.01, 5, 0.015, 6.6, 1.3873, 1.4), 12: (0.06, 30, 0.02, 20, 8.0342, 1.15), 13: (1, 500, 2.7, 46.4, 503.99, 1.03)}
FORCE_TOLERANCE, DISPLACEMENT_TOLERANCE = 1e-6, 1e-6


def leg_mesh():
    spec = importlib.util.spec_from_file_location("leg_mesh", FOLDER / "leg_mesh.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    points, _, hexes = module.build(LEVEL)
    return np.array(points), np.array([nodes for _, nodes in hexes]) - 1, np.array([tag for tag, _ in hexes])


def bone(x):
    return np.isclose(np.hypot(x[0], x[1]), 14.0)


def proximal(x):
    return np.isclose(x[2], 0) | (bone(x) & (x[2] < 60 + 1e-6))


def distal(x):
    return np.isclose(x[2], 400) | (bone(x) & (x[2] > 340 - 1e-6))


def build(points, cells, tags):
    """The solid, its residual, the conditions, and the value that moves the distal end."""
    solid = ufl_solid.Solid(points, cells, "hex8")
    original = np.array(solid.mesh.topology.original_cell_index)
    fields = []
    for k in range(6):
        field = ufl_solid.fem.Function(ufl_solid.fem.FunctionSpace(solid.mesh, ("DG", 0)))
        field.x.array[:] = np.array([LAW[t][k] for t in tags])[original]
        fields.append(field)
    mu, bulk, c3, c4, c5, linear = fields
    fibres = solid.weiss(ufl.as_vector([0, 0, 1]), c3, c4, c5, linear, isochoric=True)
    residual = solid.from_energy(solid.neo_hookean(mu) + solid.volume("log-squared", bulk)) + fibres
    conditions = [solid.hold(proximal, d)[0] for d in range(3)] + [solid.hold(distal, d)[0] for d in range(2)] + [solid.hold(bone, d)[0] for d in range(2)]
    end, value = solid.hold(distal, 2)
    return solid, residual, conditions + [end], value, end


def run_fenicsx():
    solid, residual, conditions, value, end = build(*leg_mesh())
    newton = solid.solver(residual, conditions)
    forces = []
    for step in range(1, STEPS + 1):
        value.x.array[:] = LENGTH * step / STEPS
        iterations = newton.solve(tolerance=1e-9)
        forces.append(newton.forces()[end.dof_indices()[0]].sum())
        print("        FEniCSx: %5.1f mm  %10.4f N  %d iterations" % (LENGTH * step / STEPS, forces[-1], iterations), flush=True)
    return forces, *solid.displacement()


def run_tasis(suite):
    folder = pathlib.Path(suite.options.keep or tempfile.mkdtemp()) / "leg"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "case.yaml").write_text((FOLDER / "case.yaml").read_text())
    subprocess.run(["/usr/bin/python3", FOLDER / "leg_mesh.py", LEVEL, folder / "leg.msh"], check=True, stdout=subprocess.DEVNULL)
    command = [suite.options.tasis, "run", folder, "--results", folder / "results", "--set", "output.precision=double", "--set", "solver.tolerance=1e-8"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise tasis_cases.Failure(done.stdout + done.stderr)
    return tasis_cases.Results(folder / "results", done.stdout)


def leg(compare, suite):
    """The leg benchmark, level A: isochoric Weiss fibres, three tissues, 50 mm in ten steps"""
    start = time.time()
    forces, nodes, u = run_fenicsx()
    print("        FEniCSx took %.0f s" % (time.time() - start))
    results = run_tasis(suite)
    mine = np.interp(LENGTH * np.arange(1, STEPS + 1) / STEPS, results.history["gap"], results.history["axial_force"])
    print("        axial force at %g mm: Tasis %.5f N, FEniCSx %.5f N" % (LENGTH, mine[-1], forces[-1]))
    suite.check("leg, level A: axial force at every step", np.abs(mine / forces - 1).max(), FORCE_TOLERANCE)
    compare(suite, "leg, level A", results, nodes, u, DISPLACEMENT_TOLERANCE)
