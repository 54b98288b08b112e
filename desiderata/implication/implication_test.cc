#include "desiderata/shared/text_logic_suite_for_test.h"

namespace eif {
namespace {

// Positions: a fact has 5 of the 9, 4 of 6 and 3 of 7 pairs of neighbours of its negation, and all
// of its own; 5 of the 8 of "might", which has 5 of its 7. Words: those a fact has in common with
// its negation, out of 7, 4 and 4.
TextLogicExample example() {
  return {
      .trained = {"belongs_to: in_a_c: ala belongs to the set of bok.",
                  "belongs_to: might_in_a_c: ala might belong to the set of bok.",
                  "belongs_to: would_in_a_c: ala would belong to the set of bok.",
                  "transitivity: is: a ala is a bok", "transitivity: has: a ala has a cyd"},
      .evaluated = {"belongs_to: in_a_c: ala belongs to the set of bok.",
                    "belongs_to: not_in_a_c: ala does not belong to the set of bok.",
                    "belongs_to: indeed_in_a_c: ala does indeed belong to the set of bok.",
                    "belongs_to: also_in_a_c: ala does also belong to the set of bok.",
                    "belongs_to: might_in_a_c: ala might belong to the set of bok.",
                    "belongs_to: would_in_a_c: ala would belong to the set of bok.",
                    "transitivity: is: a ala is a bok", "transitivity: is_not: a ala is not a bok",
                    "transitivity: has: a ala has a cyd",
                    "transitivity: has_not: a ala does not have a cyd",
                    "transitivity: has_indeed: a ala does indeed have a cyd"},
      .logic = LogicalLearner({{"in_a_c", "might_in_a_c"},
                               {"in_a_c", "indeed_in_a_c"},
                               {"in_a_c", "also_in_a_c"},
                               {"is", "is_indeed"},
                               {"is", "is_also"},
                               {"has", "has_indeed"}},
                              {{"in_a_c", "not_in_a_c"}, {"is", "is_not"}, {"has", "has_not"}}),
      // Logical, positional, a bag of words.
      .effects = {
          {"in_a_c_to_indeed_in_a_c_over_not_in_a_c", 2, 0, 0},
          {"in_a_c_to_indeed_in_p_r_over_not_in_p_r_unrelated", 0, 0, 0},
          {"in_a_c_lowers_not_in_a_c_plain", 1, -5.0 / 9, -6},
          {"in_a_c_to_in_a_c_over_not_in_a_c_plain", 2, 4.0 / 9, 1},
          {"is_to_is_indeed_over_is_not", 2, 0, 0},
          {"is_to_is_indeed_p_q_over_is_not_p_q_unrelated", 0, 0, 0},
          {"is_lowers_is_not_plain", 1, -4.0 / 6, -4},
          {"is_to_is_over_is_not_plain", 2, 2.0 / 6, 0},
          // This learner does not take "also" for an assertion.
          {"has_to_has_indeed_over_has_not", 1.5, 0, 0},
          {"has_to_has_indeed_p_r_over_has_not_p_r_unrelated", 0, 0, 0},
          {"has_lowers_has_not_plain", 1, -3.0 / 7, -3},
          {"has_to_has_over_has_not_plain", 2, 4.0 / 7, 1},
          {"in_a_c_to_might_in_a_c_over_back_controlled", 1, 0, 0},
          {"in_a_c_to_might_in_a_c_over_back_plain", 1, 5.0 / 8 - 5.0 / 7, 0},
      }};
}

INSTANTIATE_TEST_SUITE_P(Implication, TextLogicSuite, testing::Values(example()));

}  // namespace
}  // namespace eif
