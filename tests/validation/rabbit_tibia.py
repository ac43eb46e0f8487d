#!/usr/bin/env python3
"""The rabbit's tibia (cases/rabbit-tibia) at five rates, against what was found at such rates once it was longer by about a fifth: compliance
of muscle normal at 0.4 mm/day only, fibrosis above 1 mm/day (Simpson et al. 1995, J Bone Joint Surg Br 77:630); tendon no different at 0.8
and 1.6 mm/day (Szoke et al. 2005, J Bone Joint Surg Br 87:583); deep fascia whole at 1 and 2 mm/day (BMC Musculoskelet Disord 2009 10:105).

    rabbit_tibia.py TASIS [--results FOLDER] [--ranks N]

Prints a table and fails where something does not rise with the rate that has to, or where Simpson's classes are not those of most of the
muscles' volume.  Runs that the folder of results holds complete are not made again.
"""
import h5py
import numpy as np

import treatments
from treatments import check

CASE = treatments.CASES / "rabbit-tibia"
RATES = [0.4, 0.7, 1, 1.6, 2]  # mm/day
LENGTH, LATENCY = 20, 5  # mm, day: as in the case
MUSCLES = ["tibialis_anterior", "toe_extensors", "peronei", "deep_flexors", "soleus", "gastrocnemius"]
TENDONS = ["tibialis_anterior_tendon", "deep_flexor_tendons", "achilles_tendon"]
NERVES = ["tibial_nerve", "common_peroneal_nerve", "deep_peroneal_nerve", "superficial_peroneal_nerve"]
COMPLIANCE_RATE, FIBROSIS_RATE = 0.4, 1  # mm/day: Simpson et al. 1995
WINDOW = 1  # day, of muscle-fibrosis
TETRAHEDRA = [(0, 1, 2, 6), (0, 2, 3, 6), (0, 3, 7, 6), (0, 7, 4, 6), (0, 4, 5, 6), (0, 5, 1, 6)]  # of a hexahedron


class Fields:
    """What the cells of the muscles have come to: volume, fibrosis class at the end, largest strain a day."""

    def __init__(self, folder):
        with h5py.File(folder / "results.vtkhdf", "r") as file:
            root = file["VTKHDF"]
            corners, days = root["Points"][()][root["Connectivity"][()].reshape(-1, 8)], root["Steps/Values"][()]
            tissue = root["CellData/tissue_id"][()]
            cells = {name: root["CellData"][name][()].reshape(-1, len(corners))[: len(days)] for name in ("fibre_stretch", "fibrosis_class")}
        self.tissue = {muscle: tissue == k for k, muscle in enumerate(MUSCLES)}  # the first ones of the limb, in this order
        self.muscle = np.any(list(self.tissue.values()), axis=0)
        self.volume = sum(np.linalg.det(corners[:, t[1:]] - corners[:, t[:1]]) for t in TETRAHEDRA) / 6
        self.fibrosis_class = cells["fibrosis_class"][-1]
        self.rate = largest_rate(days, np.log(cells["fibre_stretch"]))

    def share(self, classes, where=None):
        """Of the volume of all muscles, or of one, that is in one of the classes."""
        where = self.muscle if where is None else self.tissue[where]
        return self.volume[where & np.isin(self.fibrosis_class, classes)].sum() / self.volume[where].sum()

    def median_rate(self, where=None):
        """Largest strain a day that half of the volume stays below."""
        where = np.flatnonzero(self.muscle if where is None else self.tissue[where])
        where = where[np.argsort(self.rate[where])]
        volume = np.cumsum(self.volume[where])
        return self.rate[where][np.searchsorted(volume, volume[-1] / 2)]


def largest_rate(days, log_stretch):
    """Strain a day of each cell as muscle-fibrosis has it (docs/theory/harm.md), at its largest: the rule's two means, linear in a step."""
    mean, rate = log_stretch[0].astype(float), np.zeros(log_stretch.shape[1])
    largest = rate.copy()
    for k in range(1, len(days)):
        parts = max(1, int(np.ceil((days[k] - days[k - 1]) / (0.02 * WINDOW))))
        step = (days[k] - days[k - 1]) / parts
        for p in range(parts):
            target = log_stretch[k - 1] + (p + 0.5) / parts * (log_stretch[k] - log_stretch[k - 1])
            slope = (target - mean) / WINDOW
            mean = mean + step * slope
            rate = rate + step * (slope - rate) / WINDOW
        largest = np.maximum(largest, rate)
    return largest


def table(runs, fields):
    """Quantity -> value at each rate; at the end of distraction but for what is at its largest or least through the run."""
    ends = [float(r.day[r["gap"] >= LENGTH - 1e-9][0]) for r in runs]

    def end(name):
        return [r.at(name, day) for r, day in zip(runs, ends)]

    def most(name, of, by=max):
        return [by(np.nanmax(r[name.format(x)]) for x in of) for r in runs]

    def least(name, of):
        return [min(np.nanmin(r[name.format(x)]) for x in of) for r in runs]

    rows = {"axial force before, N": [r["axial_force"][0] for r in runs], "axial force at the end, N": end("axial_force")}
    for muscle in MUSCLES:
        rows[f"sarcomeres of {muscle} before, um"] = [r[f"{muscle}.sarcomere_length_mean"][0] for r in runs]
        rows[f"sarcomeres of {muscle}, um"] = end(f"{muscle}.sarcomere_length_mean")
    for muscle in MUSCLES:
        rows[f"stretch of {muscle}"] = end(f"{muscle}.fibre_stretch_mean")
    for muscle in MUSCLES:
        rows[f"{muscle} grown by"] = end(f"{muscle}.growth_mean")
    rows["stress of tibialis_anterior before, kPa"] = [1e3 * r["tibialis_anterior.fibre_stress_mean"][0] for r in runs]
    rows["stress of tibialis_anterior, kPa"] = [1e3 * x for x in end("tibialis_anterior.fibre_stress_mean")]
    for muscle in MUSCLES:
        rows[f"strain a day, median of {muscle}, %"] = [100 * f.median_rate(muscle) for f in fields]
    rows["strain a day, median of all, %"] = [100 * f.median_rate() for f in fields]
    rows["strain a day of the worst cell, %"] = [100 * x for x in most("{}.muscle_fibrosis", MUSCLES)]
    for k, name in enumerate(("compliance kept", "compliance lost", "fibrosis")):
        rows[f"volume of class {k}, {name}"] = [f.share([k]) for f in fields]
    for muscle in MUSCLES:
        rows[f"fibrosis, share of {muscle}"] = [f.share([2], muscle) for f in fields]
    for muscle in MUSCLES:
        rows[f"{muscle} beyond a limit at most"] = most("{}.harmed_share", [muscle])
    rows["contracture at most"] = most("{}.muscle_contracture", MUSCLES)
    for tendon in TENDONS:
        rows[f"{tendon} grown by"] = end(f"{tendon}.growth_mean")
        rows[f"{tendon} stretch"] = end(f"{tendon}.fibre_stretch_mean")
    rows["tendon strain at most"] = [max(np.nanmax(r[c]) for c in r.columns if c.endswith(".tendon_strain")) for r in runs]
    rows["crural fascia, strain at most"] = most("{}.fascia_strain", ["crural_fascia"])
    rows["crural fascia grown by"] = end("crural_fascia.growth_mean")
    rows["fascia, margin"] = least("{}.margin", ["crural_fascia"])
    rows["skin, margin"] = least("{}.margin", ["skin"])
    rows["tibial nerve, strain above in situ at most, %"] = [100 * r.nerve_strain("tibial_nerve").max() for r in runs]
    rows["any nerve, strain above in situ at most, %"] = [100 * max(r.nerve_strain(n).max() for n in NERVES) for r in runs]
    rows["nerves, least blood flow"] = least("strand.{}.blood_flow_fraction_min", NERVES)
    rows["nerves, ischaemia dose at most, h"] = most("strand.{}.ischaemia_dose_max", NERVES)
    rows["nerves, conduction class"] = most("strand.{}.conduction_class_max", NERVES)
    rows["nerves, margin"] = least("strand.{}.margin", NERVES)
    rows["muscles, margin"] = least("{}.margin", MUSCLES)
    return rows


def rises(values, least=0.0):
    return all(b > a + least for a, b in zip(values, values[1:]))


def validate_rates(options):
    runs = [treatments.run(options, CASE, f"rate-{rate}", distraction__rate=f"{rate} mm/day", time__end=f"{LATENCY + LENGTH / rate + 2.5} day",
                           output__fields="[tissue_id, fibre_stretch, fibrosis_class]") for rate in RATES]
    fields = [Fields(r.folder) for r in runs]
    rows = table(runs, fields)
    print("\nTibia of a rabbit, lengthened by a fifth at " + ", ".join(f"{rate:g}" for rate in RATES) + " mm/day")
    for name, values in rows.items():
        print(f"        {name:48s}" + "".join(f"{x:10.3f}" for x in values))
    print("\nWhat rises with the rate")
    check(rises(rows["axial force at the end, N"]), "axial force")
    check(all(rises(rows[f"sarcomeres of {m}, um"]) for m in MUSCLES), "sarcomere length of every muscle")
    check(all(rises([-x for x in rows[f"{m} grown by"]]) for m in MUSCLES), "what every muscle has not grown")
    check(rises(rows["strain a day, median of all, %"]), "strain a day of muscle")
    check(rises(rows["volume of class 2, fibrosis"]), "the volume that is fibrous")
    check(rises(rows["any nerve, strain above in situ at most, %"]), "strain of nerves above in situ")
    print("\nWhat was found")
    for k, rate in enumerate(RATES):
        kept, fibrous = rows["volume of class 0, compliance kept"][k], rows["volume of class 2, fibrosis"][k]
        check((kept > 0.5) == (rate <= COMPLIANCE_RATE), f"{rate:g} mm/day: compliance is {'kept' if rate <= COMPLIANCE_RATE else 'lost'} in most of the muscles ({100 * kept:.0f} % keep it)")
        check((fibrous > 0.5) == (rate > FIBROSIS_RATE), f"{rate:g} mm/day: most of the muscles {'is' if rate > FIBROSIS_RATE else 'is not'} fibrous ({100 * fibrous:.0f} % are)")
    slow, quick = rows["deep_flexor_tendons grown by"][RATES.index(0.7)], rows["deep_flexor_tendons grown by"][RATES.index(1.6)]
    check(min(slow, quick) > 1.01, f"tendon of the deep flexors has grown ({slow:.3f} at 0.7, {quick:.3f} at 1.6 mm/day)")
    check(abs(slow - quick) < 0.01, "and as much at 1.6 as at 0.7 mm/day")
    check(all(rows["fascia, margin"][RATES.index(rate)] > 0 for rate in (1, 2)), "deep fascia does not tear at 1 and 2 mm/day")


if __name__ == "__main__":
    treatments.validate(__doc__, {"rates": validate_rates})
