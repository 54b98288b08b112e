"""Prints what the statistics of suite/core should say, computed independently by SciPy.

    python reference_values.py > reference_values.json
    python reference_values.py --check reference_values.json    # exit 1 where they disagree

The bootstrap's values are multiples of 1/256: their sums are exact, and SciPy, which has no
tolerance there, sees every tie between a resample and the sample. Its random streams are fixed, so
that a check finds the very same numbers.
"""

import argparse
import fractions
import itertools
import json
import math
import pathlib
import sys

import numpy as np
from scipy import stats

RESAMPLES = 1_000_000
RESAMPLES_UNDER_TEST = 200_000  # enough to see a bias correction that is left out


def on_grid(values):
    """Rounds to multiples of 1/256."""
    return [float(value) for value in np.round(np.asarray(values) * 256) / 256]


def data_sets():
    random = np.random.default_rng(1987)
    yield "two", [0.25, 0.75]
    yield "three", on_grid(random.normal(0.1, 0.2, 3))
    yield "four", on_grid(random.normal(0.3, 0.2, 4))
    yield "five", on_grid(random.normal(0.1, 0.2, 5))
    yield "eight below zero", on_grid(random.normal(-0.2, 0.3, 8))
    yield "ten", on_grid(random.normal(0.2, 0.13, 10))
    yield "ten around zero", on_grid(random.normal(0.0, 0.13, 10))
    yield "ten with ties", [0.25, 0.25, 0.5, 0.5, 0.5, -0.25, 0.0, 0.0, 0.25, 0.75]
    yield "ten with an outlier", on_grid([*random.normal(0.1, 0.05, 9), 2.0])
    yield "twelve skewed", on_grid(random.exponential(0.3, 12) - 0.1)
    yield "sixteen", on_grid(random.normal(0.05, 0.2, 16))  # the last that is enumerated
    yield "seventeen", on_grid(random.normal(0.05, 0.2, 17))  # the first that is drawn
    yield "twenty", on_grid(random.normal(0.02, 0.2, 20))
    yield "twenty skewed", on_grid(random.lognormal(-2.0, 1.0, 20))
    yield "one of ten", [0.0] * 9 + [1.0]  # the strongest bias correction
    yield "twenty skewed down", on_grid(0.3 - random.lognormal(-2.0, 1.0, 20))


def quantile_of_end(values, distribution, below):
    """Which quantile of the bootstrap distribution is the end of the interval that has a share
    `below` below it, as a quantile of the standard normal (Efron 1987)."""
    mean = np.mean(values)
    bias = stats.norm.ppf(np.mean(distribution < mean) / 2 + np.mean(distribution <= mean) / 2)
    acceleration = stats.skew(values) / (6 * math.sqrt(len(values)))
    shifted = bias + stats.norm.ppf(below)
    return bias + shifted / (1 - acceleration * shifted)


def end_of_interval(value, values, distribution, below):
    """An end found by SciPy, and from where to where the same end may lie by chance when both are
    found by resampling: four standard errors to either side on the scale of the normal quantiles.
    With n resamples the quantile has one of sqrt(share (1 - share) / n) / density; the bias
    correction has sqrt(1/4 / n) / density(0) and enters twice. Where few values make a bootstrap of
    few different means, this spans the gap to the next mean."""
    z = quantile_of_end(values, distribution, below)
    share = stats.norm.cdf(z)
    assert math.isclose(np.quantile(distribution, share), value, rel_tol=1e-9), (value, share)
    quantile_error = math.sqrt(share * (1 - share)) / stats.norm.pdf(z)
    bias_error = math.sqrt(0.25) / stats.norm.pdf(0)
    error = 4 * math.hypot(quantile_error, 2 * bias_error)
    error *= math.sqrt(1 / RESAMPLES + 1 / RESAMPLES_UNDER_TEST)
    reach = np.quantile(distribution, stats.norm.cdf([z - error, z + error]))
    return {"value": float(value), "from": float(reach[0]), "to": float(reach[1])}


def describe(name, values):
    bootstrap = stats.bootstrap(
        (np.array(values),), np.mean, method="BCa", n_resamples=RESAMPLES, batch=50_000,
        rng=np.random.default_rng(0))
    interval, distribution = bootstrap.confidence_interval, bootstrap.bootstrap_distribution
    sign_flip = stats.permutation_test(
        (np.array(values),), np.sum, permutation_type="samples", alternative="greater",
        n_resamples=np.inf, batch=65_536)
    return {
        "name": name,
        "values": values,
        "mean": float(np.mean(values)),
        "median": float(np.median(values)),
        "standard_deviation": float(np.std(values, ddof=1)),
        "low": end_of_interval(interval.low, values, distribution, 0.025),
        "high": end_of_interval(interval.high, values, distribution, 0.975),
        "sign_flip_p": float(sign_flip.pvalue),
    }


def correlations():
    random = np.random.default_rng(1904)
    x = random.normal(size=12)
    pairs = {
        "two": ([1.0, 2.0], [5.0, 3.0]),
        "monotone": ([1.0, 2.0, 3.0, 4.0, 5.0], [1.0, 4.0, 9.0, 16.0, 25.0]),
        "noisy": (x, x + random.normal(size=12)),
        "opposite": (x, random.normal(size=12) - x),
        "ties": ([1.0, 2.0, 2.0, 3.0, 3.0, 3.0, 4.0], [2.0, 1.0, 3.0, 3.0, 5.0, 4.0, 4.0]),
        "far from zero": (x + 1e6, x**3 - 1e6),
    }
    for name, (x, y) in pairs.items():
        yield {
            "name": name,
            "x": [float(value) for value in x],
            "y": [float(value) for value in y],
            "pearson": float(stats.pearsonr(x, y).statistic),
            "spearman": float(stats.spearmanr(x, y).statistic),
        }


def holm_by_closure(p_values):
    """A hypothesis falls when every intersection that contains it does, each tested by Bonferroni
    (Marcus, Peritz and Gabriel 1976); Holm's steps are a short cut to the same."""
    indices = range(len(p_values))
    subsets = [subset for size in range(1, len(p_values) + 1)
               for subset in itertools.combinations(indices, size)]
    return [max(min(1.0, len(subset) * min(p_values[i] for i in subset))
                for subset in subsets if hypothesis in subset) for hypothesis in indices]


def split_half(per_seed):
    """The mean over all splits of the seeds of the correlation of the halves' mean ranks, corrected
    to the whole. Ranks are those of a seed's own cells."""
    cells = stats.rankdata(np.array(per_seed), axis=1)
    seeds = range(len(cells))
    correlations = []
    for half in itertools.combinations(seeds, len(cells) // 2):
        others = [seed for seed in seeds if seed not in half]
        correlations.append(
            stats.pearsonr(cells[list(half)].mean(axis=0), cells[others].mean(axis=0)).statistic)
    r = np.mean(correlations)
    return float(2 * r / (1 + abs(r)))


def split_halves():
    random = np.random.default_rng(1910)
    pattern = random.normal(size=30)
    sets = {
        "two seeds": pattern[:5] + random.normal(size=(2, 5)),
        "three seeds": pattern[:6] + random.normal(size=(3, 6)),
        "seven seeds": pattern + 2 * random.normal(size=(7, 30)),
        "ten seeds": pattern + random.normal(size=(10, 30)),
        "nothing in common": random.normal(size=(6, 8)),
        "opposite": np.array([pattern, 0.5 * random.normal(size=30) - pattern]),
        "far from zero": 1e4 + pattern + random.normal(size=(4, 30)),
        "with ties": np.round(pattern + random.normal(size=(5, 30))),
        "one far seed": np.vstack([pattern + random.normal(size=(9, 30)),
                                   50 * random.normal(size=(1, 30))]),
    }
    for name, cells in sets.items():
        per_seed = [on_grid(row) for row in cells]
        yield {"name": name, "per_seed": per_seed, "reliability": split_half(per_seed)}


def gaffke_p_below(values, largest, bound):
    """P(sum of D_i v_i and D_{n+1} largest >= bound), D uniform on the simplex, of distinct values: a
    divided difference (Dempster and Kleyle 1968). Its terms cancel, so that it takes fractions."""
    corners = [fractions.Fraction(value) for value in [*values, largest]]
    bound = fractions.Fraction(bound)
    terms = [(corner - bound) ** len(values) / math.prod(corner - other for other in corners
                                                        if other != corner)
             for corner in corners if corner > bound]
    return float(sum(terms))


def bounded_means():
    random = np.random.default_rng(2005)
    for count in (2, 3, 5, 10, 20):
        for mean in (0.02, 0.08, 0.15):
            values = sorted(set(on_grid(np.clip(random.normal(mean, 0.05, count), -0.25, 0.24))))
            yield {"values": values, "largest": 0.25, "bound": 0.125,
                   "p": gaffke_p_below(values, 0.25, 0.125)}


def reference_values():
    families = [[0.01, 0.04, 0.03, 0.005], [0.2], [0.5, 0.6, 0.01], [0.02, 0.02, 0.02],
                [0.001, 0.9, 0.012, 0.011, 0.04, 0.3]]
    return {
        "resamples": RESAMPLES_UNDER_TEST,
        "data_sets": [describe(name, values) for name, values in data_sets()],
        "correlations": list(correlations()),
        "split_half": list(split_halves()),
        "gaffke": list(bounded_means()),
        "holm": [{"p": family, "adjusted": holm_by_closure(family)} for family in families],
    }


def differences(expected, found, where=""):
    """Lines that say where two trees of values differ by more than the rounding of a number."""
    if isinstance(expected, dict) and isinstance(found, dict) and expected.keys() == found.keys():
        for key in expected:
            yield from differences(expected[key], found[key], f"{where}/{key}")
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for index, pair in enumerate(zip(expected, found)):
            yield from differences(*pair, f"{where}/{index}")
    elif isinstance(expected, float) and isinstance(found, float):
        if not math.isclose(expected, found, rel_tol=1e-9, abs_tol=1e-12):
            yield f"{where}: expected {expected}, the file has {found}"
    elif expected != found:
        yield f"{where}: expected {expected!r}, the file has {found!r}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", type=pathlib.Path, metavar="FILE")
    arguments = parser.parse_args()
    values = reference_values()
    if arguments.check is None:
        print(json.dumps(values, indent=1))
        return 0
    found = list(differences(values, json.loads(arguments.check.read_text())))
    for line in found:
        print(line, file=sys.stderr)
    if found:
        print(f"{arguments.check} is out of date: write it anew with {__file__}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
