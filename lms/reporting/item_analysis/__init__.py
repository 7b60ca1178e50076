"""The mathematics of question statistics: pure functions over sittings, no database and no names.

Every figure is defined for papers drawn at random, where each person met a part of the questions
only, and equals the classical one when everybody met the same questions. A figure that can't be
told (too few people, no spread) is None, never a number that looks like one. The order in which
people come never matters.

Sources of the formulas:

- facility, item-rest correlation: F. M. Lord, M. R. Novick, Statistical Theories of Mental Test
  Scores (1968), chapter 15;
- coefficient alpha: L. J. Cronbach, Psychometrika 16 (1951), 297-334;
- agreement of two sittings about the pass mark: C.-Y. J. Peng, M. J. Subkoviak, Journal of
  Educational Measurement 17 (1980), 359-368; kappa: J. Cohen (1960);
- differences between groups at equal ability: N. J. Dorans, E. Kulick, Journal of Educational
  Measurement 23 (1986), 355-368;
- the Rasch model by pairs of questions: G. Rasch (1960); B. Choppin, Nature 218 (1968), 870-872;
  A. H. Zwinderman, Applied Psychological Measurement 19 (1995), 369-375; abilities: T. A. Warm,
  Psychometrika 54 (1989), 427-450; fit: B. D. Wright, G. N. Masters, Rating Scale Analysis (1982).
"""
