"""A published data set, and papers made up at random.

Section 6 of the Law School Admission Test: five questions, 1000 people, as the frequencies of the
32 patterns of right and wrong answers. Published by R. D. Bock and M. Lieberman, Psychometrika 35
(1970), 179-197, table 1; bare counts, which are facts. They are reprinted in many textbooks and
packages: the same 32 numbers stand in the OpenBUGS examples ("Lsat") as cumulative sums.

Known results on it, by others:

- facilities .924 .709 .553 .763 .870: D. Bartholomew et al., The Analysis and Interpretation of
  Multivariate Data for Social Scientists (2002);
- alpha .2950, item difficulties and the slope of a one-parameter model fitted by marginal maximum
  likelihood: D. Rizopoulos, ltm: An R Package for Latent Variable Modeling, Journal of Statistical
  Software 17 (2006), issue 5.
"""

from random import Random

from lms.reporting.item_analysis.rasch import chance
from lms.reporting.item_analysis.sittings import Entry, Sitting

PATTERNS = (  # 00000, 00001, 00010 … 11111; the first digit is question 1
    3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15,
    10, 29, 14, 81, 3, 28, 15, 80, 16, 56, 21, 173, 11, 61, 28, 298,
)  # fmt: skip
FACILITIES = (0.924, 0.709, 0.553, 0.763, 0.870)
ALPHA = 0.2950
DIFFICULTIES = (-3.6153, -1.3224, -0.3176, -1.7301, -2.7802)
SLOPE = 0.7551  # of the latent scale: difficulty × slope is in logits


def lsat6() -> list[list[int]]:
    """The answers of all 1000 people, one row each."""
    return [
        [number >> place & 1 for place in range(4, -1, -1)]
        for number, count in enumerate(PATTERNS)
        for _ in range(count)
    ]


def sittings_of(rows: list[list[int]], cut_percent: float = 60) -> list[Sitting]:
    """Complete papers of one-point questions 0, 1, 2 …"""
    return [
        Sitting(tuple(Entry(item, right, 1) for item, right in enumerate(row)), cut_percent)
        for row in rows
    ]


def drawn_papers(
    *, people: int, bank: int, drawn: int, seed: int, spread: float = 1.0
) -> tuple[list[dict[int, bool]], dict[int, float], list[float]]:
    """Papers of people who follow the Rasch model, the difficulties and the abilities."""
    random = Random(seed)
    difficulties = {item: random.gauss(0, 1) for item in range(bank)}
    abilities = [random.gauss(0.5, spread) for _ in range(people)]
    papers = [
        {
            item: random.random() < chance(ability, difficulties[item])
            for item in random.sample(range(bank), drawn)
        }
        for ability in abilities
    ]
    return papers, difficulties, abilities


def sat(papers: list[dict[int, bool]], cut_percent: float = 60) -> list[Sitting]:
    """The same papers as sittings."""
    return [
        Sitting(tuple(Entry(item, float(right), 1) for item, right in paper.items()), cut_percent)
        for paper in papers
    ]
