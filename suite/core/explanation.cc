#include "suite/core/explanation.h"

#include <algorithm>
#include <cctype>

namespace eif {

ParameterPlace place_of(const std::string& parameter) {
  const auto is_digit = [](unsigned char character) { return std::isdigit(character) != 0; };
  for (size_t begin = 0; begin < parameter.size();) {
    const size_t end = std::min(parameter.find('.', begin), parameter.size());
    const std::string part = parameter.substr(begin, end - begin);
    if (!part.empty() && std::all_of(part.begin(), part.end(), is_digit) &&
        end + 1 < parameter.size()) {
      return {part, parameter.substr(end + 1)};
    }
    begin = end + 1;
  }
  return {"", parameter};
}

}  // namespace eif
