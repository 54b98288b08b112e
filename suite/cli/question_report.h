// What `check` prints: samples and cells of a declared desideratum, the verdicts on planted
// learners, and what they mean, in plain words.
#pragma once

#include <string>
#include <vector>

#include "desiderata/declared/declared_desideratum.h"
#include "suite/cli/question_check.h"

namespace eif {

// The samples that its sums name, of the plan of one seed, and the cells of each expectation.
std::string question_text(const DeclaredDesideratum& declared, const std::vector<Request>& requests,
                          uint64_t seed);

// The table of verdicts, and the conclusions.
std::string verdicts_text(const QuestionCheck& check);

}  // namespace eif
