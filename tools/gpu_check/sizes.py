"""How large what is measured is: as real models are, or tiny, to try the check itself."""

from dataclasses import dataclass

# Every engine on every model on the device, against the CPU and against dense there.
FLOAT64 = "All/*:UnderTest/*:ModelsUnderTest.*:-*Float32.*:*Mixed*"
FLOAT32 = "All/*Float32.*:Variants/*Float32.*:All/Mixed.*:MixedOfImages.*:Bfloat16.*"


@dataclass(frozen=True)
class Sizes:
    rows: tuple             # of the square matrices whose time is taken; the first is one seed
    forward_positions: int  # of the base forward pass that a replay is measured by
    product: int            # rows and columns of the matrices whose product is timed
    conformance: dict       # by precision, the pattern of GoogleTest
    limits: dict            # by part, the seconds that it may take
    seconds: float          # of all parts, with what is made before them


FULL = Sizes(
    rows=(12, 100), forward_positions=16384, product=8192,
    conformance={"float64": FLOAT64, "float32": FLOAT32},
    limits={"machine": 30, "float64": 110, "float32": 40, "accuracy": 105, "smollm2": 70, "phi3": 115},
    seconds=475)

SMALL = Sizes(
    rows=(12, 20), forward_positions=256, product=256,
    conformance={"float64": "All/EveryModel.ReplayIsDense/*phi3",
                 "float32": "All/Float32.EveryEngineKeepsAnInfluence/*phi3"},
    limits=dict.fromkeys(FULL.limits, 300), seconds=1500)  # a busy machine takes its time
