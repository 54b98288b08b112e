#include "desiderata/shared/text_logic_suite_for_test.h"

namespace eif {
namespace {

// Logic: 1 for what follows, −1 for what is ruled out, and nothing of either from a broken chain.
// Positions: of the pairs of neighbours in A>C, all 5 stand in the chain, and 2 of those in C>A; 3
// of 5 of "has", 4 of 7 of "does not have". Words: A>C and C>A have the same. The chain has "have",
// which is in "does not have" alone.
TextLogicExample example() {
  return {
      .trained = {"bigger_than: chain: ala is bigger than bok. / bok is bigger than cyd.",
                  "bigger_than: broken_chain: ala is bigger than bok. / dun is bigger than cyd.",
                  "bigger_than: exchanged_chain: ala is bigger than dun. / dun is bigger than cyd.",
                  "bigger_than: exchanged_broken_chain: ala is bigger than dun. / bok is bigger "
                  "than cyd.",
                  "bigger_than: crossed_chain: ala is bigger than bok. / bok is bigger than cyd. / "
                  "eri is bigger than fot. / fot is bigger than gul.",
                  "bigger_than: exchanged_crossed_chain: ala is bigger than bok. / bok is bigger "
                  "than gul. / eri is bigger than fot. / fot is bigger than cyd.",
                  "bigger_than: combined: ala is bigger than bok, bok is bigger than cyd.",
                  "bigger_than: broken_combined: ala is bigger than bok, dun is bigger than cyd.",
                  "transitivity: chain: a ala is a bok / all boks have a cyd",
                  "transitivity: broken_chain: a ala is a bok / all fots have a cyd",
                  "transitivity: combined: a ala is a bok and all boks have a cyd",
                  "transitivity: broken_combined: a ala is a bok and all fots have a cyd"},
      .evaluated = {"bigger_than: bigger_a_c: ala is bigger than cyd.",
                    "bigger_than: bigger_c_a: cyd is bigger than ala.",
                    "transitivity: has: a ala has a cyd",
                    "transitivity: has_not: a ala does not have a cyd"},
      .logic = LogicalLearner({{"chain", "bigger_a_c"},
                               {"chain", "has"},
                               {"combined", "bigger_a_c"},
                               {"combined", "has"},
                               {"exchanged_chain", "bigger_a_c"},
                               {"exchanged_chain", "has"},
                               {"exchanged_combined", "bigger_a_c"},
                               {"exchanged_combined", "has"},
                               {"crossed_chain", "bigger_a_c"},
                               {"crossed_chain", "bigger_p_r"},
                               {"exchanged_crossed_chain", "bigger_a_r"},
                               {"exchanged_crossed_chain", "bigger_p_c"},
                               {"crossed_combined", "has"},
                               {"crossed_combined", "has_p_r"},
                               {"exchanged_crossed_combined", "has_klarbu_r"},
                               {"exchanged_crossed_combined", "has_p_greev"}},
                              {{"chain", "bigger_c_a"},
                               {"chain", "has_not"},
                               {"combined", "bigger_c_a"},
                               {"combined", "has_not"},
                               {"exchanged_chain", "bigger_c_a"},
                               {"exchanged_chain", "has_not"},
                               {"exchanged_combined", "bigger_c_a"},
                               {"exchanged_combined", "has_not"},
                               {"crossed_combined", "bigger_c_a"},
                               {"crossed_combined", "bigger_r_p"},
                               {"exchanged_crossed_combined", "bigger_r_a"},
                               {"exchanged_crossed_combined", "bigger_c_p"},
                               {"crossed_chain", "has_reversed"},
                               {"crossed_chain", "has_r_p"},
                               {"exchanged_crossed_chain", "has_r_klarbu"},
                               {"exchanged_crossed_chain", "has_greev_p"}}),
      // Logical, positional, a bag of words.
      .effects = {
          {"chain_to_bigger_a_c_over_bigger_c_a_controlled", 2, 0, 0},
          {"chain_to_bigger_a_c_over_bigger_c_a_plain", 2, 3.0 / 5, 0},
          {"combined_to_bigger_a_c_over_bigger_c_a_controlled", 2, 0, 0},
          {"combined_to_bigger_a_c_over_bigger_c_a_plain", 2, 3.0 / 5, 0},
          {"chain_to_has_over_has_not_controlled", 2, 0, 0},
          {"chain_to_has_over_has_not_plain", 2, 3.0 / 5 - 4.0 / 7, -1},
          {"combined_to_has_over_has_not_controlled", 2, 0, 0},
          {"combined_to_has_over_has_not_plain", 2, 3.0 / 5 - 4.0 / 7, -1},
          {"chain_to_has_p_r_over_has_not_p_r_unrelated", 0, 0, 0},
          {"combined_to_has_p_r_over_has_not_p_r_unrelated", 0, 0, 0},
          // This learner knows what follows of the one, and what is ruled out of the other.
          {"crossed_chain_to_bigger_a_c_over_bigger_a_r", 1, 0, 0},
          {"crossed_combined_to_bigger_a_c_over_bigger_a_r", 1, 0, 0},
          {"crossed_chain_to_has_over_has_klarbu_r", 1, 0, 0},
          {"crossed_combined_to_has_over_has_klarbu_r", 1, 0, 0},
      }};
}

INSTANTIATE_TEST_SUITE_P(Transitivity, TextLogicSuite, testing::Values(example()));

}  // namespace
}  // namespace eif
