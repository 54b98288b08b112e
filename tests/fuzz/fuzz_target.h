// What a fuzz target tells the program that drives it, beside libFuzzer's entry point.
//
//   extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
//     const auto config = eif::parse_config(std::string(...), "config.json");
//     return config.ok() ? eif::fuzz::accept() : eif::fuzz::refuse(config.status(), {...});
//   }
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>

#include "absl/status/status.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace eif::fuzz {

// Whether a parser took the input of this run. The driver clears it before each run.
inline bool accepted = false;

// What always holds; where it does not, the program ends and the input is kept.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", what);
  std::abort();
}

inline int accept() {
  accepted = true;
  return 0;
}

// `promised`: the codes that the parser's header names.
inline int refuse(const absl::Status& status, std::initializer_list<absl::StatusCode> promised) {
  const bool keeps_promise =
      std::find(promised.begin(), promised.end(), status.code()) != promised.end();
  if (!keeps_promise) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  require(keeps_promise, "an error has one of the codes that the header names");
  require(!status.message().empty(), "an error has a message");
  return 0;
}

}  // namespace eif::fuzz
