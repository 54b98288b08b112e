// Desiderata that are written in TOML.
#include <string_view>

#include "desiderata/declared/declaration.h"
#include "tests/fuzz/fuzz_target.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view toml(reinterpret_cast<const char*>(data), size);
  const auto declaration = eif::parse_declaration(toml, "declaration.toml");
  if (!declaration.ok()) {
    return eif::fuzz::refuse(declaration.status(), {absl::StatusCode::kInvalidArgument});
  }
  size_t primary = 0;
  const auto one_for_all = [](const eif::Cell&) { return 1.0; };
  for (const eif::DeclaredExpectation& one : declaration->expectations) {
    primary += one.expectation.primary;
    eif::fuzz::require(!one.expectation.claim.empty(), "an expectation says what it computes");
    eif::fuzz::require(!one.effect.cells().empty(), "a sum has cells");
    eif::fuzz::require(one.expectation.kind == eif::ExpectationKind::kDirection ||
                           !(one.effect.value(one_for_all) < 0),
                       "a magnitude is not below 0");
  }
  eif::fuzz::require(primary > 0, "something decides the verdict");
  eif::fuzz::require(!declaration->domains().empty(), "it is about a domain");
  return eif::fuzz::accept();
}
