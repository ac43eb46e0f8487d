#!/usr/bin/env python3
"""Passive torque of the ankle (cases/tibia-passive-ankle) against Riener & Edrich 1999, J Biomech 32:539, as transcribed (docs/limb_tibia.md).

    ankle_torque.py TASIS [--results FOLDER] [--ranks N]

Fails where a point of 5 N m or more is off by more than 30 %, or where bending the knee does not take most of the torque away.
"""
import math

import treatments
from treatments import check

CASE = treatments.CASES / "tibia-passive-ankle"
STRAIGHT, BENT = (0, 5, 10, 15, 20), (15, 20)  # degrees of dorsiflexion


def measured(ankle, knee):
    """N m at these angles (degrees), positive towards dorsiflexion."""
    return math.exp(-7.9763 - 0.1949 * ankle + 0.0008 * knee) - math.exp(2.1016 + 0.0843 * ankle - 0.0176 * knee) + 1.792


def calculated(history, ankle, knee):
    for k in range(len(history.day)):
        if abs(history["joint.ankle.angle"][k] - ankle) < 1e-6 and abs(history["joint.knee.angle"][k] - knee) < 1e-6:
            return history["joint.ankle.torque"][k] / 1000
    raise SystemExit(f"the case does not come to {ankle} degrees of the ankle and {knee} of the knee")


def validate_torque(options):
    history = treatments.run(options, CASE, "ankle")
    print("knee  ankle  calculated  measured, N m")
    for knee, angles in ((0, STRAIGHT), (60, BENT)):
        for ankle in angles:
            torque, wanted = calculated(history, ankle, knee), measured(ankle, knee)
            check(abs(torque / wanted - 1) < 0.3, f"{knee:4d} {ankle:6d} {torque:11.2f} {wanted:9.2f}  {100 * (torque / wanted - 1):+.0f} %")
    check(calculated(history, 20, 60) > 0.5 * calculated(history, 20, 0), "a bent knee takes more than half of the torque away")


if __name__ == "__main__":
    treatments.validate(__doc__, {"torque": validate_torque})
