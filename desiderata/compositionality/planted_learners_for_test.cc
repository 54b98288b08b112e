#include "desiderata/shared/planted_learners_for_test.h"

#include "desiderata/shared/logic.h"

namespace eif {
namespace {

std::vector<PlantedLearner> learners() {
  return {planted_in_contrasts(compositionality_contrasts())};
}

const PlantedLearners planted("compositionality", learners);

}  // namespace
}  // namespace eif
