#!/usr/bin/env python3
"""The sciatic nerve of the rabbit's femur (cases/rabbit-femur) at three rates, against Ikeda et al. 2000 (Hand Surg 5:41): lengthened to the
same 30 mm, 0.8 mm/day is safe, 2 critical (it recovers), 4 dangerous (it does not).

    rabbit_femur.py TASIS [--results FOLDER] [--ranks N]

Prints a table and fails where strain, ischaemia and margin are not in that order.  Runs that the folder of results holds complete are not
made again.
"""
import treatments
from treatments import check

CASE = treatments.CASES / "rabbit-femur"
RATES = [0.8, 2, 4]  # mm/day
LENGTH, LATENCY = 30, 5  # mm, day: as in the case


def table(runs):
    """Quantity -> value at each rate: at most through the run, but for what is said of the end of distraction."""
    ends = [float(r.day[r["gap"] >= LENGTH - 1e-9][0]) for r in runs]
    nerve = "strand.sciatic_nerve"
    return {
        "strain above in situ at most, %": [100 * r.nerve_strain("sciatic_nerve").max() for r in runs],
        "least blood flow": [r[f"{nerve}.blood_flow_fraction_min"].min() for r in runs],
        "ischaemia dose at most, h": [r[f"{nerve}.ischaemia_dose_max"].max() for r in runs],
        "conduction class at most": [r[f"{nerve}.conduction_class_max"].max() for r in runs],
        "margin of all its rules at least": [r[f"{nerve}.margin"].min() for r in runs],
        "grown by the end, mean": [r.at(f"{nerve}.growth_mean", end) for r, end in zip(runs, ends)],
        "axial force at the end, N": [r.at("axial_force", end) for r, end in zip(runs, ends)],
    }


def validate_rates(options):
    days = [LATENCY + LENGTH / rate for rate in RATES]
    runs = [treatments.run(options, CASE, f"rate-{rate}", distraction__rate=f"{rate} mm/day", time__end=f"{day + 2.5} day") for rate, day in zip(RATES, days)]
    rows = table(runs)
    print("\nSciatic nerve, " + ", ".join(f"{rate:g}" for rate in RATES) + " mm/day")
    for name, values in rows.items():
        print(f"        {name:38s}" + "".join(f"{x:10.3f}" for x in values))
    strain, dose, margin = (rows[name] for name in ("strain above in situ at most, %", "ischaemia dose at most, h", "margin of all its rules at least"))
    check(strain[0] < strain[1] < strain[2], "strain above in situ rises with the rate")
    check(dose[0] <= dose[1] < dose[2], "ischaemia never falls with the rate, and there is one at the highest")
    check(margin[0] > margin[1] > margin[2], "the margin falls with the rate")
    check(margin[0] > 0, "safe at the lowest rate")
    check(margin[2] < 0, "not at the highest")


if __name__ == "__main__":
    treatments.validate(__doc__, {"rates": validate_rates})
