// The comparisons that the desiderata about logic consist of, one function for each of them.
// `rescue` asks for all of them again, under both conditions, and must ask for the same.
#pragma once

#include <vector>

#include "desiderata/shared/contrast.h"

namespace eif {

std::vector<ContrastExpectation> transitivity_contrasts();
std::vector<ContrastExpectation> ontology_contrasts();
std::vector<ContrastExpectation> causality_contrasts();
std::vector<ContrastExpectation> compositionality_contrasts();
std::vector<ContrastExpectation> implication_contrasts();

}  // namespace eif
