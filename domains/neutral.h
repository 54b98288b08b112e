// Sentences that have nothing to do with any sample: what is read where nothing is said, the base of
// in-context influence (suite/engine/in_context.h).
#pragma once

#include <string>
#include <vector>

#include "eif/desideratum.h"

namespace eif {

// In the order of neutral.txt.
const std::vector<std::string>& neutral_sentences();

// In the order of a draw, by its random stream "neutral context": no sentence is the last for all
// seeds, and so next to every sample.
std::vector<std::string> neutral_sentences(const Draw& draw);

}  // namespace eif
