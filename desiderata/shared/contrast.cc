#include "desiderata/shared/contrast.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "domains/paper.h"

namespace eif {
namespace {

bool mirrored(const Cell& a, const Cell& b) {
  return a.trained == b.evaluated && a.evaluated == b.trained;
}

std::string contrast_id(const Contrast& contrast) {
  const Cell& lower = contrast.lower;
  if (!contrast.higher) return absl::StrCat(lower.trained, "_lowers_", lower.evaluated);
  const Cell& higher = *contrast.higher;
  const std::string to = absl::StrCat(higher.trained, "_to_", higher.evaluated, "_over_");
  return absl::StrCat(to, mirrored(higher, lower) ? "back" : lower.evaluated);
}

std::string in_words(const Cell& cell) {
  return absl::StrCat("EIF(", cell.trained, "→", cell.evaluated, ")");
}

std::string in_words(const Contrast& contrast) {
  if (!contrast.higher) return absl::StrCat("−", in_words(contrast.lower));
  return absl::StrCat(in_words(*contrast.higher), " − ", in_words(contrast.lower));
}

double value(const Contrast& contrast, const Matrix& matrix) {
  const double lower = matrix.at(contrast.lower.trained, contrast.lower.evaluated);
  if (!contrast.higher) return -lower;
  return matrix.at(contrast.higher->trained, contrast.higher->evaluated) - lower;
}

}  // namespace

Contrast preference(const std::string& premise, const std::string& conclusion,
                    const std::string& alternative) {
  return {Cell{premise, conclusion}, {premise, alternative}};
}

Contrast one_sided(const std::string& from, const std::string& to) {
  return {Cell{from, to}, {to, from}};
}

Contrast lowers(const std::string& fact, const std::string& negation) {
  return {std::nullopt, {fact, negation}};
}

std::string ContrastExpectation::id() const {
  const char* const suffix = control ? "_controlled" : primary ? "" : paper::kPlainEnding;
  return absl::StrCat(contrast_id(contrast), suffix);
}

Expectation ContrastExpectation::expectation() const {
  const std::string effect =
      control ? absl::StrCat("[", in_words(contrast), "] − [", in_words(*control), "]")
              : in_words(contrast);
  return {.id = id(),
          .kind = ExpectationKind::kDirection,
          .primary = primary,
          .claim = absl::StrCat(domain, ": ", effect, " > 0"),
          .self_scale = domain,
          .only_for = Modality::kText};
}

std::set<Cell> ContrastExpectation::cells() const {
  std::set<Cell> cells;
  const auto add = [&](const Contrast& one) {
    if (one.higher) cells.insert(*one.higher);
    cells.insert(one.lower);
  };
  add(contrast);
  if (control) add(*control);
  return cells;
}

double ContrastExpectation::effect(const Matrix& matrix) const {
  // Contrast by contrast, so that a control which does just the same leaves exactly 0.
  const double plain = value(contrast, matrix);
  return control ? plain - value(*control, matrix) : plain;
}

ContrastExpectation controlled(std::string domain, Contrast contrast, Contrast control) {
  return {std::move(domain), std::move(contrast), std::move(control), true};
}

ContrastExpectation direct(std::string domain, Contrast contrast) {
  return {std::move(domain), std::move(contrast), std::nullopt, true};
}

ContrastExpectation plain(std::string domain, Contrast contrast) {
  return {std::move(domain), std::move(contrast), std::nullopt, false};
}

std::vector<ContrastExpectation> beyond_broken(const std::string& domain,
                                               const std::string& premise,
                                               const std::string& conclusion,
                                               const std::string& alternative) {
  const Contrast contrast = preference(premise, conclusion, alternative);
  const Contrast control = preference(absl::StrCat("broken_", premise), conclusion, alternative);
  return {controlled(domain, contrast, control), plain(domain, contrast)};
}

std::vector<ContrastExpectation> all_of(std::vector<std::vector<ContrastExpectation>> parts) {
  std::vector<ContrastExpectation> all;
  for (std::vector<ContrastExpectation>& part : parts) {
    for (ContrastExpectation& expectation : part) all.push_back(std::move(expectation));
  }
  return all;
}

void add_effects(const std::vector<ContrastExpectation>& expectations, const Answers& answers,
                 Scores& scores) {
  for (const ContrastExpectation& expectation : expectations) {
    scores.effects[expectation.id()] = expectation.effect(answers.at(expectation.domain));
  }
}

}  // namespace eif
