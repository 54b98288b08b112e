// A desideratum that is written in TOML: what a file says, checked.
//
//   id = "speaks_french"                  # [a-z][a-z0-9_]*
//   version = "1.0"
//   claim = "Who learns that a city is French expects French there."
//   holds = "a city's country decides its language"
//   violated = "a city's country does not decide its language"
//
//   [[sample]]                            # as in a domain: domains/README.md
//   id = "in_france"
//   text = "{City} is a city in France."
//   …
//   [[expectation]]
//   id = "french_rather_than_german"
//   effect = "(in_france > french) - (in_france > german)"
//   control = "(near_france > french) - (near_france > german)"
//
// docs/add-a-desideratum.md has a whole file and a table of all keys. Instead of samples of its own
// a file may name a built-in domain, for all expectations (`domain` on top) or for one of them.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "desiderata/declared/sum.h"
#include "domains/domain.h"
#include "eif/desideratum.h"

namespace eif {

inline constexpr size_t kMaxDeclarationBytes = size_t{1} << 20;
inline constexpr size_t kMaxDeclaredSamples = 1000;
// Expectations and observations together.
inline constexpr size_t kMaxDeclaredEntries = 500;

// One expectation, or observation, and how it is computed: the sum, less its control where it has
// one.
struct DeclaredExpectation {
  Expectation expectation;
  std::string domain;  // whose cells are read, and the name of the request
  Sum effect;
  std::optional<Sum> control = std::nullopt;
  // The mean of that and of the same with exchanged_x in the place of every trained sample x.
  bool exchanged = false;

  double value(const Sum::CellValue& of) const;
  // How much it changes with each cell, at these values of the cells.
  std::map<Cell, double> slopes(const Sum::CellValue& of) const;
  // Those that it reads.
  std::set<Cell> cells() const;
};

struct DeclaredObservation {
  Observation observation;
  std::string domain;
  Sum value;
};

struct Declaration {
  std::string id;
  std::string version;
  DesideratumInfo words;  // without expectations and observations
  // Samples of its own, under the name `id`. No samples: it has none.
  DomainTemplate own;
  // An entry of the file that has a control is two of them: ID_controlled and ID_plain.
  std::vector<DeclaredExpectation> expectations;
  std::vector<DeclaredObservation> observations;

  bool is_own(const std::string& domain) const { return !own.samples.empty() && domain == id; }
  // Each domain once, in the order in which the expectations and observations come to it.
  std::vector<std::string> domains() const;
};

// The cells that its sums read, by domain.
std::map<std::string, std::set<Cell>> compared_cells(const Declaration& declaration);

// What the self scale of its own samples is made of: EIF(i→i) of each that is trained on for some
// sum and may be asked itself.
std::set<Cell> self_cells(const Declaration& declaration);

// `file` names the source of `toml` in messages; no file is opened. kInvalidArgument: it declares
// no desideratum; the message begins with "file:line: " and names the key.
absl::StatusOr<Declaration> parse_declaration(std::string_view toml, const std::string& file);

}  // namespace eif
