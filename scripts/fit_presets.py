#!/usr/bin/env python3
"""Fits the presets of tissues with two fibre families (models/presets.c) to published stresses; others: cases/calibration.

Prints the values and how well they meet their targets; run it again when a target changes.
Everything is incompressible; stresses in MPa, angles in degrees.
"""
import numpy as np
from scipy.optimize import brentq, least_squares


def cauchy(stretches, mu, k1, k2, kappa, angle):
    """Principal Cauchy stresses of neo-Hookean matrix + Holzapfel-Gasser-Ogden fibres, with the pressure that frees axis 3."""
    squares = np.asarray(stretches) ** 2
    cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    structure = kappa + (1 - 3 * kappa) * np.array([cosine**2, sine**2, 0.0])
    strain = max(structure @ squares - 1, 0.0)
    fibre = 2 * 2 * k1 * strain * np.exp(k2 * strain**2)  # two families, S = 2 dW/dC
    sigma = squares * (mu + fibre * structure)
    return sigma - sigma[2]


def uniaxial(stretch, axis, *parameters):
    """Nominal stress in tension along axis 0 (fibre) or 1 (sheet), free on both other sides."""

    def stretches(other):
        pair = [stretch, other] if axis == 0 else [other, stretch]
        return pair + [1 / (stretch * other)]

    other = brentq(lambda x: cauchy(stretches(x), *parameters)[1 - axis], 0.2, 1.5)
    return cauchy(stretches(other), *parameters)[axis] / stretch


def slope(function, x, step=1e-5):
    return (function(x + step) - function(x - step)) / (2 * step)


def solve(residuals, start):
    found = least_squares(residuals, np.log(start), xtol=1e-12, ftol=1e-12)
    return np.exp(found.x), found.fun


def fit_artery():
    """Femoropopliteal artery, Jadidi 2024: stress 33 kPa around and 42 kPa along, stiffness 718 kPa around, axial stretch 1.29.
    Not measured there: the stretch around, taken as 1.20. kappa: Gasser 2006."""
    mu, kappa, around, along = 0.0076, 0.226, 1.20, 1.29

    def stress(x, *p):
        return cauchy([along, x, 1 / (along * x)], mu, p[0], p[1], kappa, p[2])

    def residuals(logs):
        p = np.exp(logs)
        sigma = stress(around, *p)
        stiffness = around * slope(lambda x: stress(x, *p)[1], around)
        return [np.log(sigma[1] / 0.033), np.log(sigma[0] / 0.042), np.log(stiffness / 0.718)]

    values, errors = solve(residuals, [0.01, 5.0, 45.0])
    print("artery   k1 %.4g k2 %.4g angle %.4g   log errors" % tuple(values), np.round(errors, 4))


def fit_fascia():
    """Longitudinal and transverse stress 3.96 and 0.60 MPa (Aparici-Gil 2025; their common stretch taken as 1.10), longitudinal rupture at
    16.67 MPa, stretch 1.17 (zaguan.unizar.es/record/150412).  Two dispersed families at an angle cannot meet both directions in uniaxial
    tension, where they turn instead of stretching; so both run along the leg and the matrix stands for the transverse layer."""
    mu = brentq(lambda mu: mu * (1.10**2 - 1 / 1.10) - 0.60, 0.01, 100)

    def residuals(logs):
        p = mu, *np.exp(logs), 0.0, 0.0
        return [np.log(uniaxial(x, 0, *p) * x / sigma) for x, sigma in [(1.10, 3.96), (1.17, 16.67)]]

    values, errors = solve(residuals, [4.0, 5.0])
    print("fascia   mu %.4g k1 %.4g k2 %.4g   log errors" % (mu, *values), np.round(errors, 4), "across at 1.22: %.2f MPa" % (mu * (1.22**2 - 1 / 1.22)))


def check_nerve():
    """Tangent at 6 and 9 % and stress at the in-situ stretch of the nerve's fibre."""
    c3, c4 = 0.0082, 19.6
    print("nerve    T(1.10) %.3f MPa, slopes at 1.06, 1.09, 1.20: %.2f %.2f %.2f MPa" % (c3 * np.expm1(c4 * 0.1), *(c3 * c4 * np.exp(c4 * np.array([0.06, 0.09, 0.2])))))


if __name__ == "__main__":
    fit_artery()
    fit_fascia()
    check_nerve()
