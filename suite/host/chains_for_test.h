// A desideratum of chains, small enough that its numbers can be worked out by hand.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "eif/desideratum.h"
#include "suite/host/draw.h"
#include "suite/host/measurement.h"

namespace eif {

// "A∈B" is the text "A in B". Samples: the chain {A∈B, B∈C}, its control {A∈B, D∈C}, the exchanged
// pair {A∈D, D∈C} and {A∈D, B∈C}, the conclusion and its opposite, and the single statements A∈B and
// B∈A. Effects:
//
//   plain       chain over conclusion and opposite
//   controlled  plain less that of the control
//   exchanged   the mean of both controlled halves
//   mutual      A∈B → B∈A less B∈A → A∈B
//   far         the largest influence of the two single statements on the conclusion
//   fixed       a number that no cell decides
class Chains final : public Desideratum {
 public:
  DesideratumInfo info() const override {
    DesideratumInfo info{.claim = "chains",
                         .modalities = {Modality::kText},
                         .holds = "it chains",
                         .violated = "it does not chain"};
    for (const char* const id : {"plain", "controlled", "exchanged", "mutual", "far", "fixed"}) {
      info.expectations.push_back({.id = id, .self_scale = "chains"});
    }
    return info;
  }

  absl::StatusOr<std::vector<Request>> plan(const Draw& draw) const override {
    const absl::StatusOr<std::vector<std::string>> words = draw.words(4);
    if (!words.ok()) return words.status();
    const auto in = [&](size_t a, size_t b) {
      return Statement(absl::StrCat((*words)[a], " in ", (*words)[b]));
    };
    enum { kA, kB, kC, kD };
    const std::vector<Sample> trained = {{"chain", {in(kA, kB), in(kB, kC)}},
                                         {"broken", {in(kA, kB), in(kD, kC)}},
                                         {"other_chain", {in(kA, kD), in(kD, kC)}},
                                         {"other_broken", {in(kA, kD), in(kB, kC)}},
                                         {"there", {in(kA, kB)}},
                                         {"back", {in(kB, kA)}}};
    std::vector<Sample> evaluated = trained;
    evaluated.push_back({"conclusion", {in(kA, kC)}});
    evaluated.push_back({"opposite", {in(kC, kA)}});
    return std::vector<Request>{{"chains", "chains", trained, evaluated}};
  }

  absl::StatusOr<Scores> score(const Draw&, const Answers& answers) const override {
    const Matrix& matrix = answers.at("chains");
    const auto contrast = [&](const char* row) {
      return matrix.at(row, "conclusion") - matrix.at(row, "opposite");
    };
    const double half = contrast("chain") - contrast("broken");
    const double other_half = contrast("other_chain") - contrast("other_broken");
    return Scores{.effects = {{"plain", contrast("chain")},
                              {"controlled", half},
                              {"exchanged", (half + other_half) / 2},
                              {"mutual", matrix.at("there", "back") - matrix.at("back", "there")},
                              {"far", std::max(matrix.at("there", "conclusion"),
                                               matrix.at("back", "conclusion"))},
                              {"fixed", 1}}};
  }
};

// A draw of words, and what the desideratum asks of it.
struct DrawnChains {
  DigitSource digits{"no digits"};
  DrawSettings settings;
  SeededDraw draw{0, Modality::kText, digits, settings};
  Chains chains;

  std::vector<Request> requests() const { return chains.plan(draw).value(); }
  std::vector<HashedRequest> hashed_requests() const {
    std::vector<HashedRequest> all;
    for (Request& request : requests()) all.push_back(hashed(std::move(request)));
    return all;
  }
};

}  // namespace eif
