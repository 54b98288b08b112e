#include "desiderata/shared/text_logic_suite_for_test.h"

namespace eif {
namespace {

// Logic: 1 for what follows, −1 for what is ruled out, and nothing of either from a broken chain.
// Positions: of the pairs of neighbours in the conclusion, all 6 stand in the chain, 3 of 6 of its
// converse and 5 of 7 of its negation.
// Words: the converse has the same, and the negation one more, which is in no chain.
TextLogicExample example() {
  return {.trained = {"part_of: chain: ala is a part of cyd. / cyd is a part of bok.",
                      "part_of: broken_chain: ala is a part of cyd. / dun is a part of bok.",
                      "part_of: exchanged_combined: ala is a part of dun and dun is a part of bok.",
                      "part_of: exchanged_broken_combined: ala is a part of dun and cyd is a part "
                      "of bok.",
                      "part_of: crossed_combined: ala is a part of cyd and cyd is a part of bok "
                      "and eri is a part of fot and fot is a part of gul.",
                      "part_of: exchanged_crossed_combined: ala is a part of cyd and cyd is a part "
                      "of gul and eri is a part of fot and fot is a part of bok.",
                      "part_of: combined: ala is a part of cyd and cyd is a part of bok.",
                      "part_of: broken_combined: ala is a part of cyd and dun is a part of bok."},
          .evaluated = {"part_of: part_a_c: ala is a part of bok.",
                        "part_of: part_c_a: bok is a part of ala.",
                        "part_of: not_part_a_c: ala is not a part of bok."},
          .logic = LogicalLearner({{"chain", "part_a_c"},
                                   {"combined", "part_a_c"},
                                   {"exchanged_chain", "part_a_c"},
                                   {"exchanged_combined", "part_a_c"},
                                   {"crossed_chain", "part_a_c"},
                                   {"crossed_chain", "part_p_r"},
                                   {"exchanged_crossed_chain", "part_a_r"},
                                   {"exchanged_crossed_chain", "part_p_c"}},
                                  {{"chain", "part_c_a"},
                                   {"chain", "not_part_a_c"},
                                   {"combined", "part_c_a"},
                                   {"combined", "not_part_a_c"},
                                   {"exchanged_chain", "part_c_a"},
                                   {"exchanged_chain", "not_part_a_c"},
                                   {"exchanged_combined", "part_c_a"},
                                   {"exchanged_combined", "not_part_a_c"},
                                   {"crossed_chain", "part_c_a"},
                                   {"crossed_chain", "part_r_p"},
                                   {"exchanged_crossed_chain", "part_r_a"},
                                   {"exchanged_crossed_chain", "part_c_p"},
                                   {"crossed_combined", "part_c_a"},
                                   {"crossed_combined", "part_r_p"},
                                   {"exchanged_crossed_combined", "part_r_a"},
                                   {"exchanged_crossed_combined", "part_c_p"}}),
          // Logical, positional, a bag of words.
          .effects = {
              {"chain_to_part_a_c_over_part_c_a_controlled", 2, 0, 0},
              {"chain_to_part_a_c_over_part_c_a_plain", 2, 3.0 / 6, 0},
              {"combined_to_part_a_c_over_part_c_a_controlled", 2, 0, 0},
              {"combined_to_part_a_c_over_part_c_a_plain", 2, 3.0 / 6, 0},
              {"chain_to_part_a_c_over_not_part_a_c_controlled", 2, 0, 0},
              {"chain_to_part_a_c_over_not_part_a_c_plain", 2, 2.0 / 7, 0},
              {"combined_to_part_a_c_over_not_part_a_c_controlled", 2, 0, 0},
              {"combined_to_part_a_c_over_not_part_a_c_plain", 2, 2.0 / 7, 0},
              {"chain_to_part_p_r_over_not_part_p_r_unrelated", 0, 0, 0},
              {"combined_to_part_p_r_over_not_part_p_r_unrelated", 0, 0, 0},
              // Of the combined pair this learner knows only what is ruled out.
              {"crossed_chain_to_part_a_c_over_part_a_r", 2, 0, 0},
              {"crossed_combined_to_part_a_c_over_part_a_r", 1, 0, 0},
          }};
}

INSTANTIATE_TEST_SUITE_P(Compositionality, TextLogicSuite, testing::Values(example()));

}  // namespace
}  // namespace eif
