#include "suite/engine/encoded_samples.h"

#include <utility>

#include "absl/status/status.h"
#include "suite/engine/batching.h"

namespace eif {

EncodedSample encode_sample(const Model& model, const Sample& sample,
                            const std::vector<Statement>& context) {
  std::vector<Example> examples;
  for (const Statement& statement : sample.statements) {
    absl::StatusOr<Example> example = model.encode(statement, context);
    if (!example.ok()) return example.status();
    if (scored_tokens(*example) == 0) {
      return absl::InvalidArgumentError(
          "a statement of one token has no scored token (--bos always puts one in front)");
    }
    examples.push_back(*std::move(example));
  }
  if (examples.empty()) return absl::InvalidArgumentError("the sample has no statement");
  return examples;
}

std::optional<Example> first_statement(const Model& model, const std::vector<Sample>& samples) {
  for (const Sample& sample : samples) {
    const EncodedSample encoded = encode_sample(model, sample);
    if (encoded.ok()) return encoded->front();
  }
  return std::nullopt;
}

EncodedSamples encode_samples(const Model& model, const std::vector<Sample>& samples,
                              const std::vector<Statement>& context) {
  EncodedSamples encoded;
  encoded.reserve(samples.size());
  for (const Sample& sample : samples) encoded.push_back(encode_sample(model, sample, context));
  return encoded;
}

std::vector<Example> in_epochs(const std::vector<Example>& statements, int epochs) {
  std::vector<Example> steps;
  steps.reserve(statements.size() * static_cast<size_t>(epochs));
  for (int epoch = 0; epoch < epochs; ++epoch) {
    for (const Example& statement : statements) steps.push_back(statement);
  }
  return steps;
}

std::vector<const EncodedSample*> pointers_to(const EncodedSamples& samples) {
  std::vector<const EncodedSample*> pointers;
  for (const EncodedSample& sample : samples) pointers.push_back(&sample);
  return pointers;
}

std::vector<const EncodedSample*> pointers_to(const EncodedSamples& samples,
                                              const std::vector<size_t>& indices) {
  std::vector<const EncodedSample*> pointers;
  for (const size_t index : indices) pointers.push_back(&samples[index]);
  return pointers;
}

}  // namespace eif
