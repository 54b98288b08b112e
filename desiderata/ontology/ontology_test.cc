#include "desiderata/shared/text_logic_suite_for_test.h"

namespace eif {
namespace {

// Logic: 1 for what follows, −1 for the negation, 0 for the converse, which may be true or not.
// Positions: of the pairs of neighbours in A∈C, all 7 stand in the chain, 4 of 7 of C∈A and 5 of 9
// of A∉C. A∈B has 4 of 7 of B∈A and none of "B contains A". Words: A∈C and C∈A have the same;
// "belongs" is not in A∉C. Of the 7 words of A∈B, "B contains A" has 3.
TextLogicExample example() {
  return {
      .trained =
          {"belongs_to: chain: ala belongs to the set of cyd. / cyd belongs to the set of bok.",
           "belongs_to: broken_chain: ala belongs to the set of cyd. / dun belongs to the set of "
           "bok.",
           "belongs_to: exchanged_chain: ala belongs to the set of dun. / dun belongs to the set "
           "of bok.",
           "belongs_to: exchanged_broken_chain: ala belongs to the set of dun. / cyd belongs to "
           "the set of bok.",
           "belongs_to: combined: ala belongs to the set of cyd and cyd belongs to the set of bok.",
           "belongs_to: broken_combined: ala belongs to the set of cyd and dun belongs to the set "
           "of bok.",
           "belongs_to: in_a_b: ala belongs to the set of cyd.",
           "belongs_to: compares_a_b: ala compares to the set of cyd.",
           "squares: chain: SQUARE belongs to the set of ala. / ala belongs to the set of "
           "RECTANGLE.",
           "squares: broken_chain: SQUARE belongs to the set of ala. / bok belongs to the set of "
           "RECTANGLE.",
           "squares: combined: SQUARE belongs to the set of ala and ala belongs to the set of "
           "RECTANGLE.",
           "squares: broken_combined: SQUARE belongs to the set of ala and bok belongs to the set "
           "of RECTANGLE."},
      .evaluated = {"belongs_to: in_a_c: ala belongs to the set of bok.",
                    "belongs_to: in_c_a: bok belongs to the set of ala.",
                    "belongs_to: not_in_a_c: ala does not belong to the set of bok.",
                    "belongs_to: contains_b_a: cyd is a set that contains ala.",
                    "belongs_to: contains_a_b: ala is a set that contains cyd.",
                    "belongs_to: in_b_a: cyd belongs to the set of ala.",
                    "squares: in_square_rectangle: SQUARE belongs to the set of RECTANGLE.",
                    "squares: in_rectangle_square: RECTANGLE belongs to the set of SQUARE."},
      .logic = LogicalLearner({{"chain", "in_a_c"},
                               {"chain", "in_square_rectangle"},
                               {"combined", "in_a_c"},
                               {"combined", "in_square_rectangle"},
                               {"exchanged_chain", "in_a_c"},
                               {"exchanged_chain", "in_square_rectangle"},
                               {"exchanged_combined", "in_a_c"},
                               {"exchanged_combined", "in_square_rectangle"},
                               {"crossed_chain", "in_a_c"},
                               {"crossed_chain", "in_square_rectangle"},
                               {"crossed_chain", "in_p_r"},
                               {"exchanged_crossed_chain", "in_a_r"},
                               {"exchanged_crossed_chain", "in_p_c"},
                               {"exchanged_crossed_chain", "in_square_r"},
                               {"exchanged_crossed_chain", "in_p_rectangle"},
                               {"crossed_combined", "in_a_c"},
                               {"crossed_combined", "in_square_rectangle"},
                               {"crossed_combined", "in_p_r"},
                               {"exchanged_crossed_combined", "in_a_r"},
                               {"exchanged_crossed_combined", "in_p_c"},
                               {"exchanged_crossed_combined", "in_square_r"},
                               {"exchanged_crossed_combined", "in_p_rectangle"},
                               {"in_a_b", "contains_b_a"}},
                              {{"chain", "not_in_a_c"},
                               {"combined", "not_in_a_c"},
                               {"exchanged_chain", "not_in_a_c"},
                               {"exchanged_combined", "not_in_a_c"}}),
      // Logical, positional, a bag of words.
      .effects = {
          {"chain_to_in_a_c_over_in_c_a_controlled", 1, 0, 0},
          {"chain_to_in_a_c_over_in_c_a_plain", 1, 3.0 / 7, 0},
          {"combined_to_in_a_c_over_in_c_a_controlled", 1, 0, 0},
          {"combined_to_in_a_c_over_in_c_a_plain", 1, 3.0 / 7, 0},
          {"chain_to_in_a_c_over_not_in_a_c_controlled", 2, 0, 0},
          {"chain_to_in_a_c_over_not_in_a_c_plain", 2, 4.0 / 9, 1},
          {"combined_to_in_a_c_over_not_in_a_c_controlled", 2, 0, 0},
          {"combined_to_in_a_c_over_not_in_a_c_plain", 2, 4.0 / 9, 1},
          {"chain_to_in_p_r_over_not_in_p_r_unrelated", 0, 0, 0},
          {"combined_to_in_p_r_over_not_in_p_r_unrelated", 0, 0, 0},
          {"chain_to_in_square_rectangle_over_in_rectangle_square_controlled", 1, 0, 0},
          {"chain_to_in_square_rectangle_over_in_rectangle_square_plain", 1, 3.0 / 7, 0},
          {"combined_to_in_square_rectangle_over_in_rectangle_square_controlled", 1, 0, 0},
          {"combined_to_in_square_rectangle_over_in_rectangle_square_plain", 1, 3.0 / 7, 0},
          {"crossed_chain_to_in_a_c_over_in_a_r", 1, 0, 0},
          {"crossed_combined_to_in_a_c_over_in_a_r", 1, 0, 0},
          {"crossed_chain_to_in_square_rectangle_over_in_square_r", 1, 0, 0},
          {"crossed_combined_to_in_square_rectangle_over_in_square_r", 1, 0, 0},
          {"in_a_b_to_contains_b_a_over_contains_a_b_controlled", 1, 0, 0},
          {"in_a_b_to_contains_b_a_over_in_b_a_plain", 1, -4.0 / 7, -4},
      }};
}

INSTANTIATE_TEST_SUITE_P(Ontology, TextLogicSuite, testing::Values(example()));

}  // namespace
}  // namespace eif
