#include "desiderata/shared/planted_learners_for_test.h"

#include "desiderata/shared/logic.h"

namespace eif {
namespace {

std::vector<PlantedLearner> learners() { return {planted_in_contrasts(transitivity_contrasts())}; }

const PlantedLearners planted("transitivity", learners);

}  // namespace
}  // namespace eif
