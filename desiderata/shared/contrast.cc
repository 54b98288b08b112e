#include "desiderata/shared/contrast.h"

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "domains/exchange.h"
#include "domains/paper.h"

namespace eif {
namespace {

bool mirrored(const Cell& a, const Cell& b) {
  return a.trained == b.evaluated && a.evaluated == b.trained;
}

std::string contrast_id(const Contrast& contrast) {
  const Cell& lower = contrast.lower.front();
  if (contrast.higher.empty()) return absl::StrCat(lower.trained, "_lowers_", lower.evaluated);
  const Cell& higher = contrast.higher.front();
  const std::string to = absl::StrCat(higher.trained, "_to_", higher.evaluated, "_over_");
  return absl::StrCat(to, mirrored(higher, lower) ? "back" : lower.evaluated);
}

// A cell that stands there n times in a row is written once, n times.
std::string in_words(const Contrast& contrast) {
  std::string words;
  const auto add = [&](const std::vector<Cell>& cells, const char* first, const char* sign) {
    for (size_t i = 0, times = 0; i < cells.size(); i += times) {
      for (times = 1; i + times < cells.size() && cells[i + times] == cells[i];) ++times;
      absl::StrAppend(&words, words.empty() ? first : sign,
                      times > 1 ? absl::StrCat(times, " ") : "", "EIF(", cells[i].trained, "→",
                      cells[i].evaluated, ")");
    }
  };
  add(contrast.higher, "", " + ");
  add(contrast.lower, "−", " − ");
  return contrast.divisor == 1 ? words : absl::StrCat("(", words, ") / ", contrast.divisor);
}

double value(const Contrast& contrast, const Matrix& matrix) {
  double sum = 0;
  for (const Cell& cell : contrast.higher) sum += matrix.at(cell.trained, cell.evaluated);
  for (const Cell& cell : contrast.lower) sum -= matrix.at(cell.trained, cell.evaluated);
  return sum / contrast.divisor;
}

Contrast with_exchanged_premises(Contrast contrast) {
  for (std::vector<Cell>* const cells : {&contrast.higher, &contrast.lower}) {
    for (Cell& cell : *cells) cell.trained = absl::StrCat(kExchanged, cell.trained);
  }
  return contrast;
}

// Of one half. Contrast by contrast, so that a control which does just the same leaves exactly 0.
double beyond_control(const ContrastExpectation& half, const Matrix& matrix) {
  const double plain = value(half.contrast, matrix);
  return half.control ? plain - value(*half.control, matrix) : plain;
}

}  // namespace

Contrast preference(const std::string& premise, const std::string& conclusion,
                    const std::string& alternative) {
  return {{{premise, conclusion}}, {{premise, alternative}}};
}

Contrast one_sided(const std::string& from, const std::string& to) {
  return {{{from, to}}, {{to, from}}};
}

Contrast lowers(const std::string& fact, const std::string& negation) {
  return {{}, {{fact, negation}}};
}

Contrast over_denial(const std::string& fact, const std::vector<std::string>& assertions,
                     const std::string& denial) {
  Contrast contrast{.divisor = static_cast<double>(assertions.size())};
  for (const std::string& assertion : assertions) {
    contrast.higher.push_back({fact, assertion});
    contrast.lower.push_back({fact, denial});
  }
  return contrast;
}

Contrast excess_over_broken(const std::string& premise, const std::string& conclusion,
                            const std::string& alternative) {
  Contrast contrast{.divisor = 2};
  for (const std::string& chain : {premise, absl::StrCat(kExchanged, premise)}) {
    contrast.higher.push_back({chain, conclusion});
    contrast.lower.push_back({chain, alternative});
  }
  const std::string broken = absl::StrCat("broken_", premise);
  for (const std::string& control : {broken, absl::StrCat(kExchanged, broken)}) {
    contrast.higher.push_back({control, alternative});
    contrast.lower.push_back({control, conclusion});
  }
  return contrast;
}

Contrast crossed(const std::string& premise, const CrossedEnds& ends) {
  const std::string other = absl::StrCat(kExchanged, premise);
  return {.higher = {{premise, ends.a_c},
                     {premise, ends.p_r},
                     {premise, ends.r_a},
                     {premise, ends.c_p},
                     {other, ends.a_r},
                     {other, ends.p_c},
                     {other, ends.c_a},
                     {other, ends.r_p}},
          .lower = {{premise, ends.a_r},
                    {premise, ends.p_c},
                    {premise, ends.c_a},
                    {premise, ends.r_p},
                    {other, ends.a_c},
                    {other, ends.p_r},
                    {other, ends.r_a},
                    {other, ends.c_p}},
          .divisor = 4};
}

std::string ContrastExpectation::id() const { return absl::StrCat(contrast_id(contrast), ending); }

Expectation ContrastExpectation::expectation() const {
  const std::string effect =
      control ? absl::StrCat("[", in_words(contrast), "] − [", in_words(*control), "]")
              : in_words(contrast);
  const std::string claimed = is_magnitude ? absl::StrCat("|", effect, "| is 0")
                                           : absl::StrCat(effect, exchanged ? kMeanOverExchange : "",
                                                          " > 0");
  return {.id = id(),
          .kind = is_magnitude ? ExpectationKind::kInvariance : ExpectationKind::kDirection,
          .primary = primary,
          .claim = absl::StrCat(domain, ": ", claimed),
          .self_scale = domain,
          .only_for = Modality::kText};
}

std::vector<ContrastExpectation> ContrastExpectation::halves() const {
  if (!exchanged) return {*this};
  ContrastExpectation as_drawn = *this;
  as_drawn.exchanged = false;
  ContrastExpectation other = as_drawn;
  other.contrast = with_exchanged_premises(contrast);
  if (control) other.control = with_exchanged_premises(*control);
  return {std::move(as_drawn), std::move(other)};
}

std::set<Cell> ContrastExpectation::cells() const {
  std::set<Cell> cells;
  const auto add = [&](const Contrast& one) {
    cells.insert(one.higher.begin(), one.higher.end());
    cells.insert(one.lower.begin(), one.lower.end());
  };
  for (const ContrastExpectation& half : halves()) {
    add(half.contrast);
    if (half.control) add(*half.control);
  }
  return cells;
}

double ContrastExpectation::effect(const Matrix& matrix) const {
  double sum = 0;
  const std::vector<ContrastExpectation> averaged = halves();
  for (const ContrastExpectation& half : averaged) sum += beyond_control(half, matrix);
  const double mean = sum / static_cast<double>(averaged.size());
  return is_magnitude ? std::abs(mean) : mean;
}

ContrastExpectation controlled(std::string domain, Contrast contrast, Contrast control) {
  return {.domain = std::move(domain),
          .contrast = std::move(contrast),
          .control = std::move(control),
          .primary = true,
          .ending = "_controlled"};
}

ContrastExpectation direct(std::string domain, Contrast contrast) {
  return {.domain = std::move(domain), .contrast = std::move(contrast), .primary = true};
}

ContrastExpectation plain(std::string domain, Contrast contrast) {
  return {.domain = std::move(domain),
          .contrast = std::move(contrast),
          .primary = false,
          .ending = paper::kPlainEnding};
}

std::vector<ContrastExpectation> beyond_broken(const std::string& domain,
                                               const std::string& premise,
                                               const std::string& conclusion,
                                               const std::string& alternative) {
  const Contrast contrast = preference(premise, conclusion, alternative);
  const Contrast control = preference(absl::StrCat("broken_", premise), conclusion, alternative);
  ContrastExpectation beyond = controlled(domain, contrast, control);
  beyond.exchanged = true;
  return {std::move(beyond), plain(domain, contrast)};
}

ContrastExpectation unrelated(std::string domain, Contrast contrast) {
  return {.domain = std::move(domain),
          .contrast = std::move(contrast),
          .primary = false,
          .ending = "_unrelated",
          .is_magnitude = true};
}

std::vector<ContrastExpectation> crossed_pairs(const std::string& domain,
                                               const std::vector<std::string>& premises,
                                               const CrossedEnds& ends) {
  std::vector<ContrastExpectation> expectations;
  for (const std::string& premise : premises) {
    expectations.push_back({.domain = domain,
                            .contrast = crossed(absl::StrCat("crossed_", premise), ends),
                            .primary = false});
  }
  return expectations;
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
