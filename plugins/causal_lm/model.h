// A decoder with its parameters and its tokenizer: the eif::Model of a Hugging Face checkpoint.
//
//   absl::StatusOr<std::unique_ptr<Model>> model = load_causal_lm(folder, request);
//   absl::StatusOr<Example> example = (*model)->encode("a klarbu is a pimjon", {});
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/backend.h"
#include "plugins/causal_lm/decoder.h"
#include "plugins/shared/huggingface/model_folder.h"
#include "plugins/shared/huggingface/text_encoder.h"

namespace eif {

class CausalLm final : public Model {
 public:
  CausalLm(ModelInfo info, Decoder decoder, TextEncoder encoder, std::vector<Parameter> parameters);

  const ModelInfo& info() const override { return info_; }
  std::vector<Parameter>& parameters() override { return parameters_; }
  absl::StatusOr<Example> encode(const Statement& statement,
                                 const std::vector<Statement>& context) const override;
  absl::StatusOr<Losses> loss(Weights& weights, const Batch& batch) const override;
  absl::StatusOr<at::Tensor> features(Weights& weights, const Batch& batch) const override;

 private:
  ModelInfo info_;
  Decoder decoder_;
  TextEncoder encoder_;
  std::vector<Parameter> parameters_;
};

// Reads the tokenizer.json of `folder`, and the beginning-of-sequence token of its config.json if
// there is one; needs no weights.
absl::StatusOr<std::unique_ptr<TextTokenizer>> load_text_tokenizer(const ModelFolder& folder,
                                                                   const ModelRequest& request);

// Reads config.json, tokenizer.json and the weights of `folder`. request.name is how the model is
// called in messages and reports. The errors are those of ModelBackend::load().
absl::StatusOr<std::unique_ptr<Model>> load_causal_lm(const ModelFolder& folder,
                                                      const ModelRequest& request);

}  // namespace eif
