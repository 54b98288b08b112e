// A run of fake models and desiderata, kept in memory.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "domains/images/idx_files_for_test.h"
#include "suite/engine/monitor_for_test.h"
#include "suite/formats/test_files.h"
#include "suite/host/fakes_for_test.h"
#include "suite/host/suite_run.h"

namespace eif {

using Planned = absl::StatusOr<std::vector<Request>>;

inline DesideratumInfo info_for(std::vector<Modality> modalities) {
  return {.claim = "claim",
          .modalities = std::move(modalities),
          .holds = "it holds",
          .violated = "it is violated",
          .expectations = {{.id = "effect", .self_scale = "digits"}}};
}

// Samples of one seed: those of another seed look otherwise, as drawn ones do.
inline std::vector<Request> request_for(const std::vector<int>& samples, uint64_t seed) {
  std::vector<Sample> drawn = labels(samples);
  for (Sample& sample : drawn) {
    std::get<LabelledImage>(sample.statements[0]).image.pixels = {static_cast<float>(seed)};
  }
  return {{"digits", "digits", drawn, drawn}};
}

// plan() and score() are what a test makes of them. By default all is well.
class FakeDesideratum final : public Desideratum {
 public:
  DesideratumInfo info() const override { return info_for(modalities); }
  Planned plan(const Draw& draw) const override { return on_plan(draw); }
  absl::StatusOr<Scores> score(const Draw& draw, const Answers& answers) const override {
    return on_score(draw, answers);
  }

  std::vector<Modality> modalities = {Modality::kImage};
  std::function<Planned(const Draw&)> on_plan = [](const Draw& draw) {
    return request_for({1, 2}, draw.seed());
  };
  std::function<absl::StatusOr<Scores>(const Draw&, const Answers&)> on_score =
      [](const Draw&, const Answers& answers) -> absl::StatusOr<Scores> {
    return Scores{.effects = {{"effect", answers.at("digits").at(0, 1)}}};
  };
};

class FakeBackend final : public ModelBackend {
 public:
  std::vector<ModelAlias> aliases(const std::string&) const override { return {}; }
  absl::StatusOr<std::unique_ptr<Model>> load(const ModelRequest& request) const override {
    if (on_load) {
      if (absl::Status status = on_load(request.name); !status.ok()) return status;
    }
    return std::make_unique<FakeModel>(request.name);
  }

  std::optional<Modality> modality() const override { return certain_modality; }

  std::function<absl::Status(const std::string& name)> on_load;
  std::optional<Modality> certain_modality;
};

// Keeps matrices in memory, and what was written last. A test makes it fail.
class FakeStore final : public RunStore {
 public:
  const RunResult* earlier() const override { return before ? &*before : nullptr; }
  absl::StatusOr<MeasuredMatrix> read(const MatrixRecord& record) const override {
    const auto found = kept.find(record.key);
    if (found == kept.end()) return absl::NotFoundError("it is gone");
    return found->second;
  }
  absl::Status keep(const MeasuredMatrix& measured) override {
    const MatrixKey& key = measured.key;
    matrices.push_back(
        absl::StrCat(key.model, " ", key.desideratum, " ", key.seed, " ", key.request));
    if (!on_keep.ok()) return on_keep;
    kept[key] = measured;
    return absl::OkStatus();
  }
  absl::Status write(RunResult& run) override {
    run.matrices.clear();
    for (const auto& [key, matrix] : kept) run.matrices.push_back({key, "path", "digest"});
    written.push_back(run);
    return on_write;
  }

  std::optional<RunResult> before;
  std::vector<std::string> matrices;  // each that was to be kept
  std::map<MatrixKey, MeasuredMatrix> kept;
  std::vector<RunResult> written;
  absl::Status on_keep, on_write;
};

class SuiteRun : public testing::Test {
 protected:
  SuiteRun() {
    // Two images of each digit, as the search for a learning rate draws.
    std::string digits;
    for (int i = 0; i < 20; ++i) digits += static_cast<char>(i % 10);
    write_dataset(data_.path() / "mnist", std::string(20, 'x'), digits);
    plan_.request.data_folder = data_.path();
    plan_.request.learning_rate = "0.5";
    plan_.request.training.learning_rate = 0.5;
    plan_.request.seeds = {0, 1};
    plan_.request.all = true;
    plan_.engine = std::make_unique<FakeEngine>();
    engine_ = static_cast<FakeEngine*>(plan_.engine.get());
    add_model("cnn");
  }

  void add_model(const std::string& name) {
    ModelRequest request;
    request.name = name;
    plan_.models.emplace_back(&backend_, std::move(request));
    plan_.request.models.push_back(name);
  }

  // What a test may still change.
  FakeDesideratum& add_desideratum(const char* id,
                                   std::vector<Modality> modalities = {Modality::kImage}) {
    FakeDesideratum& result = *desiderata_.emplace_back(std::make_unique<FakeDesideratum>());
    result.modalities = modalities;
    plan_.desiderata.push_back({id, &result, info_for(modalities)});
    plan_.request.desiderata.emplace_back(id);
    return result;
  }

  RunResult run() { return run_suite(plan_, store_, monitor_); }

  static std::vector<std::string> names_of(const RunResult& run) {
    std::vector<std::string> names;
    for (const DesideratumResult& result : run.results) {
      names.push_back(result.key.model + " " + result.key.desideratum);
    }
    return names;
  }

  const TemporaryFolder data_;
  FakeBackend backend_;
  std::vector<std::unique_ptr<FakeDesideratum>> desiderata_;
  FakeStore store_;
  MonitorForTest monitor_;
  RunPlan plan_;
  FakeEngine* engine_ = nullptr;
};

}  // namespace eif
