#include "desiderata/shared/planted_learners_for_test.h"

#include "desiderata/shared/logic.h"

namespace eif {
namespace {

std::vector<PlantedLearner> learners() {
  return {planted_in_contrasts(
      all_of({transitivity_contrasts(), ontology_contrasts(), causality_contrasts(),
              compositionality_contrasts(), implication_contrasts()}))};
}

const PlantedLearners planted("rescue", learners);

}  // namespace
}  // namespace eif
