// Domains and samples files, both of which are TOML.
#include <string_view>

#include "domains/domain_file.h"
#include "tests/fuzz/fuzz_target.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view toml(reinterpret_cast<const char*>(data), size);
  const auto domain = eif::parse_domain(toml, "domain.toml");
  if (domain.ok()) {
    eif::fuzz::require(!domain->samples.empty(), "a domain has samples");
    eif::fuzz::require(eif::placeholders(*domain).ok(), "a domain's placeholders can be listed");
    eif::fuzz::accept();
  } else {
    eif::fuzz::refuse(domain.status(), {absl::StatusCode::kInvalidArgument});
  }
  const auto samples = eif::parse_samples_file(toml, "samples.toml");
  if (samples.ok()) {
    for (const eif::Sample& sample : *samples) {
      eif::fuzz::require(!sample.id.empty(), "a sample has an id");
    }
    return eif::fuzz::accept();
  }
  return eif::fuzz::refuse(samples.status(), {absl::StatusCode::kInvalidArgument});
}
