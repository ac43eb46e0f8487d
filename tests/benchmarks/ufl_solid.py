"""Solids of tests/benchmarks/fenicsx_peer.py in UFL: the same elements as Tasis's, written anew on FEniCSx (dolfinx 0.5).

Energy  W = int w(F) + U(theta) + p (J - theta) dV  with displacement u, and dilatation theta and pressure p local to a cell: constant
for hex8, linear in the reference coordinates X for hex27. Here the local fields are unknowns of the global system; Tasis condenses them.
"""
import dolfinx
import numpy as np
import ufl
from dolfinx import fem
from dolfinx.fem import petsc as fem_petsc
from mpi4py import MPI
from petsc4py import PETSc

MODES = {"hex8": 1, "hex27": 4}
ORDER = {"hex8": 1, "hex27": 2}
QUADRATURE = {"hex8": 3, "hex27": 5}  # degree: 2 and 3 Gauss points along each direction, as in Tasis


class Solid:
    """A mesh of hexahedra with the mixed space, and what the forms are made of."""

    def __init__(self, points, cells, element):
        order = [0, 1, 3, 2, 4, 5, 7, 6]  # VTK's corners to those of a tensor product
        coordinates = ufl.Mesh(ufl.VectorElement("Lagrange", "hexahedron", 1))
        self.mesh = dolfinx.mesh.create_mesh(MPI.COMM_SELF, np.asarray(cells)[:, order], np.asarray(points, float), coordinates)
        self.modes, self.element = MODES[element], element
        local = ufl.FiniteElement("DG", self.mesh.ufl_cell(), 0)
        if self.modes > 1:
            local = ufl.VectorElement("DG", self.mesh.ufl_cell(), 0, dim=self.modes)
        displacement = ufl.VectorElement("Lagrange", self.mesh.ufl_cell(), ORDER[element])
        self.space = fem.FunctionSpace(self.mesh, ufl.MixedElement([displacement, local, local]))
        self.state, self.test = fem.Function(self.space), ufl.TestFunction(self.space)
        u, p, theta = ufl.split(self.state)
        self.dx = ufl.Measure("dx", self.mesh, metadata={"quadrature_degree": QUADRATURE[element]})
        self.basis = self.pressure_basis()
        self.p, self.theta = self.local(p), self.local(theta)
        self.u, self.F = u, ufl.variable(ufl.Identity(3) + ufl.grad(u))
        self.J = ufl.det(self.F)
        self.V, self.map = self.space.sub(0).collapse()
        self.map = np.asarray(self.map)
        _, dilatation = self.space.sub(2).collapse()
        self.state.x.array[np.asarray(dilatation)[::self.modes]] = 1.0  # theta = 1: the first mode is the constant

    def pressure_basis(self):
        """1, and the coordinates from the cell's middle."""
        if self.modes == 1:
            return None
        middle = fem.Function(fem.VectorFunctionSpace(self.mesh, ("DG", 0)))
        corners = self.mesh.geometry.x[self.mesh.geometry.dofmap.array.reshape(-1, 8)]
        middle.x.array[:] = corners.mean(axis=1).reshape(-1)
        x = ufl.SpatialCoordinate(self.mesh) - middle
        return ufl.as_vector([1, x[0], x[1], x[2]])

    def local(self, coefficients):
        return coefficients if self.basis is None else ufl.dot(self.basis, coefficients)

    def cell_field(self, function):
        """A constant a cell: function(x) of the cells' centres [3][n]."""
        field = fem.Function(fem.FunctionSpace(self.mesh, ("DG", 0)))
        field.interpolate(function)
        return field

    # ---- terms of the residual ----

    def neo_hookean(self, mu):
        return mu / 2 * (self.J ** (-2 / 3) * ufl.tr(self.F.T * self.F) - 3)

    def volume(self, law, K):
        theta = self.theta
        energy = {"simo-taylor": K / 2 * ((theta ** 2 - 1) / 2 - ufl.ln(theta)), "log-squared": K / 2 * ufl.ln(theta) ** 2}[law]
        return energy + self.p * (self.J - theta)

    def weiss(self, direction, c3, c4, c5, stretch_linear, isochoric=False):
        """lambda dW/dlambda given: the residual itself, without an energy."""
        stretch = ufl.sqrt(ufl.inner(self.F * direction, self.F * direction))
        if isochoric:
            stretch = self.J ** (-1 / 3) * stretch
        toe, straight = c3 * (ufl.exp(c4 * (stretch - 1)) - 1), c3 * (ufl.exp(c4 * (stretch_linear - 1)) - 1) + c5 * (stretch - stretch_linear)
        tension = ufl.conditional(ufl.le(stretch, 1), 0, ufl.conditional(ufl.lt(stretch, stretch_linear), toe, straight))
        return tension / stretch * ufl.derivative(stretch, self.state, self.test) * self.dx

    def holzapfel(self, fibre, sheet, k1, k2, kappa, angle):
        energy = 0
        for sign in (1, -1):
            a = ufl.as_vector(np.cos(angle) * np.array(fibre) + sign * np.sin(angle) * np.array(sheet))
            strain = kappa * (ufl.tr(self.F.T * self.F) - 3) + (1 - 3 * kappa) * (ufl.inner(self.F * a, self.F * a) - 1)
            energy += ufl.conditional(ufl.gt(strain, 0), k1 / (2 * k2) * (ufl.exp(k2 * strain ** 2) - 1), 0)
        return energy

    def follower_pressure(self, facets, pressure):
        tags = dolfinx.mesh.meshtags(self.mesh, 2, np.sort(facets), np.ones(len(facets), np.int32))
        ds = ufl.Measure("ds", self.mesh, subdomain_data=tags, metadata={"quadrature_degree": QUADRATURE[self.element]})(1)
        return ufl.inner(pressure * self.J * ufl.inv(self.F).T * ufl.FacetNormal(self.mesh), ufl.split(self.test)[0]) * ds

    def from_energy(self, energy):
        return ufl.derivative(energy * self.dx, self.state, self.test)

    # ---- conditions and solution ----

    def hold(self, where, component):
        """A condition on a component of the nodes with where(x); returns it with the function that holds its values."""
        space = self.space.sub(0).sub(component)
        collapsed, _ = space.collapse()
        value = fem.Function(collapsed)
        dofs = fem.locate_dofs_geometrical((space, collapsed), where)
        return fem.dirichletbc(value, dofs, space), value

    def solver(self, residual, conditions):
        return Newton(self, residual, conditions)

    def displacement(self):
        """Nodes [n][3] and their displacements."""
        return self.V.tabulate_dof_coordinates(), self.state.x.array[self.map].reshape(-1, 3)


class Newton:
    """Newton's method with a direct solver."""

    def __init__(self, solid, residual, conditions):
        self.solid, self.conditions = solid, conditions
        self.form, self.jacobian = fem.form(residual), fem.form(ufl.derivative(residual, solid.state))
        self.matrix, self.vector = fem_petsc.create_matrix(self.jacobian), fem_petsc.create_vector(self.form)
        self.ksp = PETSc.KSP().create(MPI.COMM_SELF)
        self.ksp.setOperators(self.matrix)
        self.ksp.setType("preonly")
        self.ksp.getPC().setType("lu")
        self.ksp.getPC().setFactorSolverType("mumps")

    def forces(self):
        """The residual without conditions: where they stand, the reactions."""
        with self.vector.localForm() as local:
            local.set(0)
        fem_petsc.assemble_vector(self.vector, self.form)
        return self.vector.array.copy()

    def solve(self, tolerance=1e-11, iterations=25):
        """Iterations that the last correction of the displacement took to fall below tolerance times the displacement."""
        state, step = self.solid.state, self.solid.state.vector.duplicate()
        for iteration in range(1, iterations + 1):
            self.forces()
            fem_petsc.apply_lifting(self.vector, [self.jacobian], [self.conditions], x0=[state.vector], scale=-1)
            fem_petsc.set_bc(self.vector, self.conditions, state.vector, -1)
            self.matrix.zeroEntries()
            fem_petsc.assemble_matrix(self.matrix, self.jacobian, self.conditions)
            self.matrix.assemble()
            self.ksp.solve(self.vector, step)
            state.vector.axpy(-1, step)
            size, correction = (np.linalg.norm(v[self.solid.map]) for v in (state.x.array, step.array))
            if not np.isfinite(correction):
                break
            if correction <= tolerance * size:
                return iteration
        raise RuntimeError("FEniCSx: Newton's method did not converge, last correction %g of %g" % (correction, size))
