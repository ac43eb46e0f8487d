"""What is in the gallery and in the pages: one entry a picture.  Numbers in a text are taken from the results: {largest axial_force .0f}."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Card:
    """A case of the gallery.

    case: name of its folder, below cases/ or where folder says.  shows: one sentence, without numbers.  found: one sentence with numbers of the results (numbers.py).
    view, day: of scripts/view.sh; or draw: a function of drawings.py.
    """
    case: str
    title: str
    shows: str
    found: str
    view: str = ""
    day: float = None
    draw: str = ""
    folder: str = ""

    @property
    def path(self):
        """Its folder, from the top of the repository."""
        return self.folder or "cases/" + self.case


@dataclasses.dataclass(frozen=True)
class Plate:
    """A picture of a page that is not the gallery: a view of a case's results."""
    picture: str
    case: str
    view: str
    day: float = None


CARDS = (
    Card("tibia-50mm", "Tibia, 50 mm", "A leg below the knee, lengthened by 1 mm a day with the foot held at a right angle: where its tissue is stretched when the length is reached.",
         "The soft tissue pulls with {first axial_force .0f} N before surgery, {largest axial_force .0f} N at most, {last axial_force .0f} N at the end.", view="fibre_stretch", day=55),
    Card("tibia-50mm-elastic", "Tibia, 50 mm, elastic", "The same leg in tissue that neither relaxes nor grows: the upper bound of its force.",
         "{last axial_force ,.0f} N at {last gap .0f} mm, many times what tissue that relaxes and grows pulls with.", view="fibre_stress"),
    Card("tibia-ilizarov", "Tibia in an Ilizarov frame", "Wires and half-pins hold skin and muscle, and nobody holds the foot: it goes into equinus.",
         "The foot sinks to {smallest joint.ankle.angle .0f} degrees, {last examination.dorsiflexion.lost .0f} degrees of dorsiflexion are lost.", view="tissue", day=55),
    Card("tibia-precice", "Tibia with a magnetic nail", "A nail that makes a little less than it is told, against soft tissue and the tissue of the gap; a splint holds the foot.",
         "{last gap .1f} of 50 mm are achieved; the nail bears {largest device_force .0f} N at most.", view="margin"),
    Card("tibia-monitored", "Tibia beside a nerve in a scar", "2 mm a day is too fast for this nerve; lengthening rests for a day whenever its margin is small.",
         "The deep peroneal nerve keeps {smallest strand.deep_peroneal_nerve.blood_flow_fraction_min .2f} of its blood flow; its smallest margin is {smallest strand.deep_peroneal_nerve.margin .2f}.", view="strands", day=30),
    Card("rabbit-femur", "Rabbit femur with sciatic nerve", "An experiment with rabbits: at 0.8 mm a day the nerve keeps its blood flow.",
         "The sciatic nerve slips along its bed by {largest strand.sciatic_nerve.slip_max .1f} mm; its margin stays above {smallest strand.sciatic_nerve.margin .2f}.", view="strands"),
    Card("rabbit-tibia", "Rabbit tibia", "Experiments with rabbits at five rates, here 0.7 mm a day: how much of the muscle keeps up.",
         "Skin (margin {smallest skin.margin .2f}) and gastrocnemius ({smallest gastrocnemius.margin .2f}) go beyond their limits, red in the picture; the deep peroneal nerve does not ({smallest strand.deep_peroneal_nerve.margin .2f}).", view="margin"),
    Card("femur-precice-70mm", "Femur, 70 mm, with a magnetic nail", "A man's thigh, lengthened for stature: which tissue reaches its limit.",
         "{last gap .1f} of 70 mm are achieved; the soft tissue pulls with {largest axial_force .0f} N at most.", view="margin"),
    Card("tibia-physiotherapy", "Tibia with physiotherapy", "The foot is free between sessions in which the ankle is stretched, three times a day.",
         "With own exercises the foot rests at {smallest joint.ankle.angle .0f} degrees in the end, and {last examination.dorsiflexion.lost .0f} degrees of dorsiflexion are lost.", draw="ankle_days"),
    Card("femur-mechanical-nail", "Femur with a mechanical nail", "A ratchet that is turned by rotating the leg: blocked on some days, running away on others.",
         "{last gap .0f} mm are reached as planned, most of them in the last two weeks, with up to {largest device_force ,.0f} N in the nail.", draw="gap_days"),
    Card("tibia-passive-ankle", "Passive torque of the ankle", "The leg before surgery, its ankle turned with a straight and with a bent knee, as in a measurement of healthy people.",
         "At 20 degrees of dorsiflexion the soft tissue resists with {torque straight .0f} N m; with a bent knee, which slackens the gastrocnemius, with {torque bent .0f} N m.", draw="ankle_torque"),
    Card("plan-lld-35mm", "Plan of a leg length discrepancy", "35 mm between the legs, made up in femur and tibia: from leg lengths to a calendar.",
         "22 mm in the femur and 13 mm in the tibia, consolidated on day {plan consolidated .0f}.", draw="plan_calendar"),
    Card("calibration", "Calibration", "One cell of tissue beside measurements: what the presets rest on.",
         "A nerve that is held at its length loses {lost .0f} % of its stress in an hour; measured were 48, 34 and 34 % at three stretches.", draw="nerve_relaxation"),
    Card("own-mesh", "A mesh of your own", "A small sleeve of muscle around a bone, from Gmsh to pictures: the example to start from.",
         "2720 cells and a few seconds; 50 mm in elastic tissue leave a margin of {smallest muscle.margin .2f}.", view="fibre_stretch", folder="docs/own-mesh"),
)

PLATES = (
    Plate("guide-tissue", "tibia-50mm", "tissue", 55),
    Plate("guide-margin", "tibia-50mm", "margin"),
    Plate("guide-strands", "tibia-50mm", "strands", 55),
    Plate("guide-section", "tibia-50mm", "section", 55),
)
