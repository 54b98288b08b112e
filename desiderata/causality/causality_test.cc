#include "desiderata/shared/text_logic_suite_for_test.h"

namespace eif {
namespace {

// Positions: of the 8 pairs of neighbours in "A causes Z", all stand in the chains, and 4 of those
// in "Z causes A". Words: both conclusions have the same.
TextLogicExample example() {
  return {
      .trained = {"chain_induces: chain_2: Whenever ala happens, it causes cyd to "
                  "happen. / Whenever cyd happens, it causes bok to happen.",
                  "chain_induces: broken_chain_2: Whenever ala happens, it causes cyd "
                  "to happen. / Whenever fot happens, it causes bok to happen.",
                  "chain_induces: exchanged_chain_4: Whenever ala happens, it causes cyd to "
                  "happen. / Whenever cyd happens, it causes fot to happen. / Whenever fot "
                  "happens, it causes eri to happen. / Whenever eri happens, it causes bok to "
                  "happen.",
                  "chain_induces: exchanged_broken_chain_4: Whenever ala happens, it causes cyd "
                  "to happen. / Whenever cyd happens, it causes fot to happen. / Whenever dun "
                  "happens, it causes eri to happen. / Whenever eri happens, it causes bok to "
                  "happen.",
                  "chain_induces: combined_2: Whenever ala happens, it causes cyd to "
                  "happen and whenever cyd happens, it causes bok to happen.",
                  "chain_induces: broken_combined_2: Whenever ala happens, it causes "
                  "cyd to happen and whenever fot happens, it causes bok to happen.",
                  "chain_induces: chain_4: Whenever ala happens, it causes cyd to "
                  "happen. / Whenever cyd happens, it causes dun to happen. / "
                  "Whenever dun happens, it causes eri to happen. / Whenever eri "
                  "happens, it causes bok to happen.",
                  "chain_induces: broken_chain_4: Whenever ala happens, it causes cyd "
                  "to happen. / Whenever cyd happens, it causes dun to happen. / "
                  "Whenever fot happens, it causes eri to happen. / Whenever eri "
                  "happens, it causes bok to happen.",
                  "chain_induces: combined_4: Whenever ala happens, it causes cyd to "
                  "happen and whenever cyd happens, it causes dun to happen and "
                  "whenever dun happens, it causes eri to happen and whenever eri "
                  "happens, it causes bok to happen.",
                  "chain_induces: broken_combined_4: Whenever ala happens, it causes "
                  "cyd to happen and whenever cyd happens, it causes dun to happen "
                  "and whenever fot happens, it causes eri to happen and whenever eri "
                  "happens, it causes bok to happen."},
      .evaluated = {"chain_induces: causes_a_z: Whenever ala happens, it causes bok to happen.",
                    "chain_induces: causes_z_a: Whenever bok happens, it causes ala to happen."},
      .logic = LogicalLearner({{"chain_2", "causes_a_z"},
                               {"combined_2", "causes_a_z"},
                               {"chain_4", "causes_a_z"},
                               {"combined_4", "causes_a_z"},
                               {"exchanged_chain_2", "causes_a_z"},
                               {"exchanged_combined_2", "causes_a_z"},
                               {"exchanged_chain_4", "causes_a_z"},
                               {"exchanged_combined_4", "causes_a_z"},
                               {"crossed_chain_2", "causes_a_z"},
                               {"crossed_chain_2", "causes_p_r"},
                               {"exchanged_crossed_chain_2", "causes_a_r"},
                               {"exchanged_crossed_chain_2", "causes_p_z"},
                               {"crossed_combined_2", "causes_a_z"},
                               {"crossed_combined_2", "causes_p_r"},
                               {"exchanged_crossed_combined_2", "causes_a_r"},
                               {"exchanged_crossed_combined_2", "causes_p_z"}}),
      // Logical, positional, a bag of words.
      .effects = {
          {"chain_2_to_causes_a_z_over_causes_z_a_controlled", 1, 0, 0},
          {"chain_2_to_causes_a_z_over_causes_z_a_plain", 1, 4.0 / 8, 0},
          {"combined_2_to_causes_a_z_over_causes_z_a_controlled", 1, 0, 0},
          {"combined_2_to_causes_a_z_over_causes_z_a_plain", 1, 4.0 / 8, 0},
          {"chain_4_to_causes_a_z_over_causes_z_a_controlled", 1, 0, 0},
          {"chain_4_to_causes_a_z_over_causes_z_a_plain", 1, 4.0 / 8, 0},
          {"combined_4_to_causes_a_z_over_causes_z_a_controlled", 1, 0, 0},
          {"combined_4_to_causes_a_z_over_causes_z_a_plain", 1, 4.0 / 8, 0},
          {"crossed_chain_2_to_causes_a_z_over_causes_a_r", 1, 0, 0},
          {"crossed_combined_2_to_causes_a_z_over_causes_a_r", 1, 0, 0},
      }};
}

INSTANTIATE_TEST_SUITE_P(Causality, TextLogicSuite, testing::Values(example()));

}  // namespace
}  // namespace eif
