// Models that each break one promise of eif/backend.h. They are named after what they do.
#include <csignal>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "eif/losses.h"

namespace {

constexpr int64_t kVocabulary = 257;
constexpr eif::ParameterId kTable = 0;

// Predicts each byte from the one before it.
class Bytes final : public eif::Model {
 public:
  Bytes(std::string fault, const eif::ModelRequest& request) : fault_(std::move(fault)) {
    const at::Tensor numbers = at::arange(kVocabulary * kVocabulary, at::kDouble).mul(12.9898).sin();
    parameters_ = {{"table", numbers.view({kVocabulary, kVocabulary}).to(request.dtype)}};
    info_ = {.name = fault_, .modality = eif::Modality::kText, .fingerprint = fault_};
  }

  const eif::ModelInfo& info() const override { return info_; }
  std::vector<eif::Parameter>& parameters() override { return parameters_; }

  absl::StatusOr<eif::Example> encode(const eif::Statement& statement,
                                      const std::vector<eif::Statement>&) const override {
    eif::TextExample example{.ids = {kVocabulary - 1}};
    for (const char byte : std::get<std::string>(statement)) {
      example.ids.push_back(static_cast<unsigned char>(byte));
    }
    if (fault_ == "no_tokens") example.ids.clear();
    if (fault_ == "negative_id") example.ids.back() = -1;
    return example;
  }

  absl::StatusOr<eif::Losses> loss(eif::Weights& weights, const eif::Batch& batch) const override {
    if (fault_ == "crashes") std::raise(SIGSEGV);
    if (fault_ == "exits") std::exit(0);
    const auto& tokens = std::get<eif::TokenBatch>(batch);
    const at::Tensor ids = tokens.ids.gather(1, tokens.scored_nodes);
    if (fault_ == "changes_itself") parameters_[kTable].value.mul_(2);
    eif::Losses losses = eif::token_losses(weights.embedding(ids, kTable), tokens);
    if (fault_ == "wrong_shape") losses.nll = losses.nll.sum(1, /*keepdim=*/true);
    if (fault_ == "negative_scored") losses.scored = -losses.scored;
    return losses;
  }

 private:
  std::string fault_;
  eif::ModelInfo info_;
  mutable std::vector<eif::Parameter> parameters_;
};

class BadModels final : public eif::ModelBackend {
 public:
  std::vector<eif::ModelAlias> aliases(const std::string&) const override {
    std::vector<eif::ModelAlias> aliases;
    for (const char* fault : {"no_fault", "no_model", "no_tokens", "negative_id", "wrong_shape",
                              "negative_scored", "changes_itself", "crashes", "exits"}) {
      aliases.push_back({.name = fault, .description = "breaks a promise"});
    }
    return aliases;
  }
  absl::StatusOr<std::unique_ptr<eif::Model>> load(
      const eif::ModelRequest& request) const override {
    if (request.name == "no_model") return std::unique_ptr<eif::Model>();
    return std::make_unique<Bytes>(request.name, request);
  }
};

}  // namespace

EIF_MODEL_PLUGIN(BadModels, "bad_models", "1.0", "models that each break one promise")
