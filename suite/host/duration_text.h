// A time for a person, with as many digits as are known of one that is estimated: "45 s", "12 min".
#pragma once

#include <string>

namespace eif {

std::string duration_text(double seconds);

}  // namespace eif
