// The paper's figures and claims on some models: what the page and reproduction.json are written
// from. Only the numbers and pictures are here; under what circumstances they came about is in the
// RunResult beside it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "eif/matrix.h"
#include "reports/csv.h"

namespace eif {

// One picture, and the numbers in it.
struct ReproducedFigure {
  std::string id;        // "fig1_digits": names its files
  std::string title;     // also in the picture
  std::string of_paper;  // the paper's figures that it is drawn after: "figure 1", "figures 2 to 4"
  std::string paper;     // what the paper shows there, and says of it
  std::string svg = {};
  std::vector<std::pair<std::string, Matrix>> matrices = {};     // by the name of their files
  std::vector<std::pair<std::string, NumberTable>> tables = {};  // likewise
  std::vector<std::pair<std::string, double>> numbers = {};      // single ones that belong to it
};

// What the seeds gave, under one condition.
struct ClaimNumber {
  std::vector<uint64_t> seeds;
  std::vector<double> per_seed;  // as `seeds`
  std::string verdict = {};      // of the expectation; empty for an observation
};

// What a number is to the claim it stands beside.
enum class EvidenceRole {
  kObservation,  // a number without a verdict
  kPrimary,      // an expectation that decides its desideratum
  kPlain,        // the same comparison without its control, as the paper makes it
  kSecondary,    // an expectation that is reported and decides nothing
};

// A number that has to do with a claim.
struct ClaimEvidence {
  std::string id;
  std::string what;  // in words
  std::string unit;  // "1", "nats", "self scale"
  ClaimNumber by_fine_tuning;
  std::optional<ClaimNumber> in_context = std::nullopt;
  EvidenceRole role = EvidenceRole::kObservation;
  // The verdict that the paper's claim amounts to, "holds" or "violated"; empty for an observation.
  std::string claimed_verdict = {};
};

// How many of the expectations beside a claim came out as the claim says.
struct ClaimCount {
  size_t as_claimed = 0;
  size_t otherwise = 0;
  size_t undecided = 0;  // inconclusive, or not measured

  size_t all() const { return as_claimed + otherwise + undecided; }
};

// What the paper says, and what was measured.
struct ReproducedClaim {
  std::string id;
  std::string section;
  std::string claim;
  std::vector<ClaimEvidence> evidence = {};
};

// By fine-tuning, of the evidence of one role.
ClaimCount count_of(const ReproducedClaim& claim, EvidenceRole role);

// "agrees", "agrees in part", "disagrees" or "undecided" by the expectations that were decided; "no
// verdict" where there are none. An expectation that was not decided speaks for neither side.
const char* stance_of(const ClaimCount& count);

struct ModelReproduction {
  std::string model;
  std::string folder;           // of its files, below the report's
  std::vector<uint64_t> seeds;  // those that were measured
  std::vector<ReproducedFigure> figures;
  std::vector<ReproducedClaim> claims;
};

// "cnn/fig1_digits.svg": where a file of a figure is, below the report's folder.
std::string figure_path(const ModelReproduction& model, const std::string& name,
                        const std::string& extension);

}  // namespace eif
