#include "reports/file_name.h"

#include "absl/strings/ascii.h"

namespace eif {

std::string file_name(const std::string& name) {
  std::string result = name;
  for (char& character : result) {
    const bool harmless = absl::ascii_isalnum(static_cast<unsigned char>(character)) ||
                          character == '-' || character == '_' || character == '.';
    if (!harmless) character = '_';
  }
  if (result.empty() || result.front() == '.') result.insert(result.begin(), '_');
  return result;
}

}  // namespace eif
