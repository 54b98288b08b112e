#include "desiderata/shared/planted_learners_for_test.h"

namespace eif {
namespace {

std::vector<PlantedLearner> learners() {
  return {planted_in_cells({.raised = {{"mayor_name_first", "mayor_name_last"},
                                       {"mayor_name_last", "mayor_name_first"},
                                       {"inventor_name_first", "inventor_name_last"},
                                       {"inventor_name_last", "inventor_name_first"}}})};
}

const PlantedLearners planted("reversal", learners);

}  // namespace
}  // namespace eif
