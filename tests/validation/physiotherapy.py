#!/usr/bin/env python3
"""One leg lengthened by 50 mm (cases/tibia-physiotherapy) without physiotherapy, with own exercises, with a physiotherapist, and with a brace at night.

    physiotherapy.py TASIS [--results FOLDER] [--ranks N]

Prints a table and fails where dorsiflexion lost, or the tension of the gastrocnemius at the same angle of the foot, are not in that order: at rest each foot
stands at another angle.  Runs that the folder of results holds complete are not made again.
"""
import numpy as np

import treatments
from treatments import check

CASE = treatments.CASES / "tibia-physiotherapy"
# The plans that have sessions have one on the morning after 50 mm are reached.  Without physiotherapy the foot is pulled then as well, to see its tension.
LAST_MORNING = 55 + 8 / 24  # day
LOOK = "{look: {joint: ankle, torque: 17 N m, hold: 30 min, begin: 55 day}}"
ANGLE = -41  # degree, near the rest of all three
PLANS = {  # name: settings
    "none": {"physiotherapy__preset": "none", "physiotherapy__sessions": LOOK},
    "own": {"physiotherapy__preset": "own"},
    "physiotherapist": {"physiotherapy__preset": "physiotherapist"},
    "brace": {"physiotherapy__preset": "none", "physiotherapy__night_brace": "yes"},
}
LENGTH = 50  # mm, as in the case


def stress_at_angle(run):
    """Stress of the gastrocnemius at the angle, by the straight line from rest to the torque of the last morning's session."""
    begin = int(np.argmin(abs(run.day - LAST_MORNING)))
    rest, pulled = [(run["joint.ankle.angle"][k], run["gastrocnemius.fibre_stress_mean"][k]) for k in (begin, begin + 1)]
    assert abs(run["joint.ankle.torque"][begin]) < 10 and abs(run["joint.ankle.torque"][begin + 1] + 17000) < 10, "no session on the last morning"
    return 1e3 * (rest[1] + (pulled[1] - rest[1]) / (pulled[0] - rest[0]) * (ANGLE - rest[0]))


def table(runs):
    """Quantity -> value of each plan, when the length is reached, at rest."""
    ends = [float(r.day[r["gap"] >= LENGTH - 1e-9][0]) for r in runs]

    def at_end(name, factor=1):
        return [factor * r.at(name, end) for r, end in zip(runs, ends)]

    return {
        "dorsiflexion lost at 10 N m, degree": [r["examination.dorsiflexion.lost"][-1] for r in runs],
        "angle of the foot at rest, degree": at_end("joint.ankle.angle"),
        "largest angle of the last week, degree": [r["joint.ankle.angle"][(r.day > end - 7) & (r.day <= end)].max() for r, end in zip(runs, ends)],
        "axial force, N": at_end("axial_force"),
        "stress of the gastrocnemius at rest, kPa": at_end("gastrocnemius.fibre_stress_mean", 1e3),
        f"stress of the gastrocnemius at {ANGLE} degree, kPa": [*(stress_at_angle(r) for r in runs[:3]), np.nan],
        "sarcomeres of the gastrocnemius, um": at_end("gastrocnemius.sarcomere_length_mean"),
        "gastrocnemius, sarcomeres in series": at_end("gastrocnemius.growth_mean"),
        "sarcomeres of the soleus, um": at_end("soleus.sarcomere_length_mean"),
        "soleus, sarcomeres in series": at_end("soleus.growth_mean"),
        "tibialis anterior, sarcomeres in series": at_end("tibialis_anterior.growth_mean"),
    }


def validate_plans(options):
    runs = [treatments.run(options, CASE, name, **settings) for name, settings in PLANS.items()]
    rows = table(runs)
    print("\nWhen 50 mm are reached: " + ", ".join(PLANS))
    for name, values in rows.items():
        print(f"        {name:48s}" + "".join(f"{x:10.3f}" for x in values))
    for name in ("dorsiflexion lost at 10 N m, degree", f"stress of the gastrocnemius at {ANGLE} degree, kPa", "axial force, N"):
        none, own, therapist, _ = rows[name]
        check(none > own > therapist, f"{name}: none > own exercises > physiotherapist")
    for name in ("dorsiflexion lost at 10 N m, degree", "stress of the gastrocnemius at rest, kPa", "axial force, N"):
        none, _, _, brace = rows[name]
        check(none > brace, f"{name}: none > brace")


if __name__ == "__main__":
    treatments.validate(__doc__, {"plans": validate_plans})
