// A run as its run.json tells it, as far as runs are compared.
//
//   absl::StatusOr<RecordedRun> run = read_recorded_run("eif-out/20261125-205559");
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/desideratum.h"
#include "suite/core/verdict.h"

namespace eif {

struct RecordedExpectation {
  std::string id;
  ExpectationKind kind = ExpectationKind::kDirection;
  bool primary = true;
  std::vector<double> per_seed;  // as the result's seeds; NaN: not measured
};

struct RecordedResult {
  std::string model, desideratum;
  std::string version;  // of the plugin; empty where the document does not say
  Verdict verdict = Verdict::kNotMeasured;
  std::vector<uint64_t> seeds;
  std::vector<RecordedExpectation> expectations;
};

struct RecordedModel {
  std::string name, fingerprint;
  std::string learning_rate;  // as JSON text
};

struct RecordedRun {
  std::filesystem::path path;  // of the document
  std::string started_at;
  std::vector<RecordedModel> models;
  // What has to agree for seeds to draw the same, and what may differ, in words by name.
  std::map<std::string, std::string> draws, circumstances;
  std::vector<RecordedResult> results;
};

// `path`: a run's folder, or its run.json. Everything in it is checked: baselines are kept, edited
// and merged. kNotFound, kInvalidArgument: no such file, or not the document of a run.
absl::StatusOr<RecordedRun> read_recorded_run(const std::filesystem::path& path);

}  // namespace eif
