// The paper's figures and claims on some models: the document that `eif-suite reproduce` fills.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "eif/matrix.h"
#include "reports/csv.h"
#include "suite/core/run_result.h"

namespace eif {

// One picture, and the numbers in it.
struct ReproducedFigure {
  std::string id;  // "fig2_belongs_to": names its files
  std::string title;
  std::string paper;  // what the paper shows there, and says of it
  std::string svg = {};
  std::vector<std::pair<std::string, Matrix>> matrices = {};     // by the name of their files
  std::vector<std::pair<std::string, NumberTable>> tables = {};  // likewise
  std::vector<std::pair<std::string, double>> numbers = {};      // single ones that belong to it
};

// What the seeds gave, under one condition.
struct ClaimNumber {
  std::vector<double> per_seed;
  std::string verdict = {};  // of the expectation; empty for an observation
};

// A number that has to do with a claim.
struct ClaimEvidence {
  std::string id;
  std::string what;  // in words
  std::string unit;  // "1", "nats", "self scale"
  ClaimNumber by_fine_tuning;
  std::optional<ClaimNumber> in_context = std::nullopt;
};

// What the paper says, and what was measured.
struct ReproducedClaim {
  std::string id;
  std::string section;
  std::string claim;
  std::vector<ClaimEvidence> evidence;
};

struct ModelReproduction {
  std::string model;
  std::vector<uint64_t> seeds;  // those that were measured, in the order of every per_seed
  std::vector<ReproducedFigure> figures;
  std::vector<ReproducedClaim> claims;
};

struct Reproduction {
  RunContext context;
  std::vector<ModelReproduction> models;
};

// {"schema", "context", "models": [{"model", "seeds", "figures": [{"id", "title", "paper", "svg",
// "data", "numbers": {…}}], "claims": [{"id", "section", "claim", "evidence": [{"id", "what",
// "unit", "fine_tuning":
// {"mean", "per_seed", "verdict"}, "in_context": …}]}]}]}. Paths are relative to the document.
std::string reproduction_json(const Reproduction& reproduction);

// One page with all figures and claims; it finds the figures beside itself.
std::string reproduction_page(const Reproduction& reproduction);

// "cnn/fig1_digits.svg": where a file of a figure is, below the folder of the reproduction.
std::string figure_path(const ModelReproduction& model, const std::string& name,
                        const std::string& extension);

// The figures of one model, and their numbers.
absl::Status write_figures(const std::filesystem::path& folder, const ModelReproduction& model);
// reproduction.json and index.html.
absl::Status write_overview(const std::filesystem::path& folder, const Reproduction& reproduction);

}  // namespace eif
