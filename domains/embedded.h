// The domain files and the files of sentences as text inside the library. CMakeLists.txt writes the definitions
// from the files beside it.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace eif {

struct EmbeddedFile {
  const char* name;  // of the domain
  const char* file;  // for messages
  std::string_view text;
};

std::span<const EmbeddedFile> embedded_domains();
EmbeddedFile embedded_claims();
EmbeddedFile embedded_everyday();
EmbeddedFile embedded_neutral();

}  // namespace eif
