"""Stresses of the constitutive laws as their papers state them, and homogeneous states: written apart from Tasis, to check it.

Every law is a function of the deformation gradient F (and of fibre direction f and sheet direction s) that gives the Kirchhoff
stress tau = J sigma, MPa.  A material is a list of such functions; its stress is their sum.
"""
import numpy as np
from scipy.optimize import fsolve

I3 = np.eye(3)


def dev(a):
    return a - np.trace(a) / 3 * I3


def isochoric_b(F):
    """Left Cauchy-Green tensor without its volume change."""
    return np.linalg.det(F) ** (-2 / 3) * F @ F.T


# ---- matrices ----

def neo_hookean(mu):
    return lambda F, f, s: mu * dev(isochoric_b(F))


def mooney_rivlin(c1, c2):
    def tau(F, f, s):
        b = isochoric_b(F)
        return 2 * dev((c1 + c2 * np.trace(b)) * b - c2 * b @ b)
    return tau


def yeoh(c1, c2, c3):
    def tau(F, f, s):
        b = isochoric_b(F)
        i = np.trace(b) - 3
        return 2 * (c1 + 2 * c2 * i + 3 * c3 * i**2) * dev(b)
    return tau


def ogden(mu, alpha):
    def tau(F, f, s):
        squares, axes = np.linalg.eigh(isochoric_b(F))
        principal = sum(m * squares ** (a / 2) for m, a in zip(mu, alpha))
        return dev(axes @ np.diag(principal) @ axes.T)
    return tau


# ---- fibres ----

def fibre(tension, isochoric):
    """tau = T n n with T = lambda dW/dlambda; of the isochoric stretch its deviator."""
    def tau(F, f, s):
        v = F @ f
        stretch = np.linalg.norm(v)
        square = np.outer(v, v) / stretch**2
        if isochoric:
            return tension(stretch * np.linalg.det(F) ** (-1 / 3)) * dev(square)
        return tension(stretch) * square
    return tau


def weiss(c3, c4, c5, stretch_linear, isochoric=0):
    def tension(x):
        if x <= 1:
            return 0.0
        if x < stretch_linear:
            return c3 * (np.exp(c4 * (x - 1)) - 1)
        return c3 * (np.exp(c4 * (stretch_linear - 1)) - 1) + c5 * (x - stretch_linear)
    return fibre(tension, isochoric)


def blemker(sigma_max, optimal_stretch, p1, p2, stretch_linear, activation, isochoric=0):
    def passive(x):
        end = stretch_linear / optimal_stretch
        if x <= 1:
            return 0.0
        if x < end:
            return p1 * (np.exp(p2 * (x - 1)) - 1)
        return p1 * (np.exp(p2 * (end - 1)) - 1) + p1 * p2 * np.exp(p2 * (end - 1)) * (x - end)

    def active(x):
        if x <= 0.4 or x >= 1.6:
            return 0.0
        if x <= 0.6:
            return 9 * (x - 0.4) ** 2
        return 9 * (x - 1.6) ** 2 if x >= 1.4 else 1 - 4 * (1 - x) ** 2

    def tension(stretch):
        x = stretch / optimal_stretch
        return sigma_max * (passive(x) + activation * active(x)) * x
    return fibre(tension, isochoric)


def holzapfel_gasser_ogden(k1, k2, kappa, angle, isochoric=0):
    """angle in degrees."""
    def tau(F, f, s):
        total = np.zeros((3, 3))
        for sign in (1, -1):
            a = np.cos(np.radians(angle)) * f + sign * np.sin(np.radians(angle)) * s
            h = F @ (kappa * I3 + (1 - 3 * kappa) * np.outer(a, a)) @ F.T
            if isochoric:
                h *= np.linalg.det(F) ** (-2 / 3)
            e = max(np.trace(h) - 1, 0)
            total += 2 * k1 * e * np.exp(k2 * e**2) * (dev(h) if isochoric else h)
        return total
    return tau


def guccione(C, bf, bt, bfs, isochoric=0):
    weights = np.array([[bf, bfs, bfs], [bfs, bt, bt], [bfs, bt, bt]])

    def tau(F, f, s):
        frame = np.linalg.qr(np.column_stack([f, s, np.cross(f, s)]))[0]
        F = F * np.linalg.det(F) ** (-isochoric / 3)
        e = frame.T @ (F.T @ F - I3) / 2 @ frame
        S = C * np.exp(np.sum(weights * e**2)) * weights * e
        t = F @ frame @ S @ frame.T @ F.T
        return dev(t) if isochoric else t
    return tau


# ---- volume: tau = J U'(J) ----

VOLUME_SLOPES = {
    "log-squared": lambda J: np.log(J) / J,
    "simo-taylor": lambda J: (J - 1 / J) / 2,
    "quadratic": lambda J: J - 1,
    "hartmann-neff": lambda J: (J**4 - J**-6) / 10,
}


def volume(name, K):
    def tau(F, f, s):
        J = np.linalg.det(F)
        return K * J * VOLUME_SLOPES[name](J) * I3
    return tau


# ---- materials ----

LAWS = {"neo-hookean": neo_hookean, "mooney-rivlin": mooney_rivlin, "yeoh": yeoh, "ogden": ogden, "weiss": weiss, "blemker": blemker,
        "holzapfel-gasser-ogden": holzapfel_gasser_ogden, "guccione": guccione}
UNITS = {"mu": "MPa", "c1": "MPa", "c2": "MPa", "c3": "MPa", "c5": "MPa", "k1": "MPa", "C": "MPa", "K": "MPa", "sigma_max": "MPa", "angle": "degree"}
DIMENSIONLESS = {("ogden", "alpha"), ("weiss", "c4"), ("guccione", "bf")}


class Material:
    """Matrix, fibres and volume with parameters in MPa: its stress here, and its entry in a case file."""

    def __init__(self, matrix, volume_law, fibres=None, direction=(1, 0, 0), sheet=(0, 1, 0)):
        self.parts = {"matrix": matrix, "volume": volume_law, **({"fibres": fibres} if fibres else {})}
        self.f = np.array(direction) / np.linalg.norm(direction)
        across = np.array(sheet) - np.dot(sheet, self.f) * self.f
        self.s = across / np.linalg.norm(across)
        self.laws = [volume(volume_law[0], **volume_law[1])] + [LAWS[name](**values) for name, values in (matrix, fibres) if name] if fibres \
            else [volume(volume_law[0], **volume_law[1]), LAWS[matrix[0]](**matrix[1])]

    def tissue(self):
        entry = {}
        for part, (name, values) in self.parts.items():
            entry[part] = {"model": name}
            for key, value in values.items():
                unit = " " + UNITS[key] if key in UNITS else ""
                entry[part][key] = ["%.17g%s" % (v, unit) for v in value] if np.ndim(value) else "%.17g%s" % (value, unit)
        if "fibres" in self.parts:
            entry["direction"], entry["sheet"] = self.f.tolist(), self.s.tolist()
        return entry

    def kirchhoff(self, F):
        return sum(law(F, self.f, self.s) for law in self.laws)

    def cauchy(self, F):
        return self.kirchhoff(F) / np.linalg.det(F)

    def nominal(self, F):
        """First Piola-Kirchhoff stress: force per undeformed area is P N."""
        return self.kirchhoff(F) @ np.linalg.inv(F).T

    def free_stretches(self, given):
        """F = diag of three stretches of which those that are None make the stress along them vanish."""
        free = [k for k in range(3) if given[k] is None]

        def stretches(x):
            diagonal = np.array([1.0 if g is None else g for g in given])
            diagonal[free] = np.exp(x)
            return np.diag(diagonal)
        taken = np.prod([g for g in given if g is not None])
        start = np.full(len(free), -np.log(taken) / len(free))
        x, _, found, message = fsolve(lambda x: np.diag(self.kirchhoff(stretches(x)))[free], start, xtol=1e-14, full_output=True)
        residual = np.abs(np.diag(self.kirchhoff(stretches(x)))[free]).max()
        assert found == 1 or residual < 1e-12, message
        return stretches(x)
