// What stands in front of a sample when nothing is said about it: the base of in-context influence.
//
//   absl::StatusOr<NeutralContext> context = NeutralContext::make(model, sentences, columns);
//   NeutralLosses neutral(*std::move(context));
//   const int64_t tokens = neutral.want({0, 1}, encode_samples(model, columns, {read}));
//   absl::Status status = neutral.measure(model, monitor);
//   double loss = neutral.loss(/*column=*/0, tokens);
//
// Any text in front of a sentence makes it likelier by more than a nat a token, because a model
// then knows that it reads prose. What a text says shows beside another one that is as long.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eif/backend.h"
#include "eif/monitor.h"
#include "suite/engine/encoded_samples.h"

namespace eif {

class NeutralContext {
 public:
  // Each sentence is read on a line of its own, in this order. `samples`: what will be read after
  // them. Sentences that the model cannot read before one of these are left out.
  // kFailedPrecondition: none is left, though samples can be read.
  static absl::StatusOr<NeutralContext> make(const Model& model,
                                             const std::vector<std::string>& sentences,
                                             const std::vector<Sample>& samples);

  // How many tokens stand in front of a sample that is read after a text, special tokens left out.
  int64_t tokens_before(const std::vector<Example>& in_context) const;

  // The sample with the last tokens of the neutral text in the place of those that stand in front
  // of it, as many; where the neutral text is shorter, it is read over and over.
  std::vector<Example> in_place_of_context(std::vector<Example> in_context) const;

 private:
  std::vector<int64_t> ids_;  // of all sentences
  int64_t special_ = 0;       // tokens in front of any text
};

// The losses of samples after neutral texts of different lengths, each measured once.
class NeutralLosses {
 public:
  explicit NeutralLosses(NeutralContext context) : context_(std::move(context)) {}

  // The samples with these numbers, encoded after one text; those that could not be are not
  // measured. Returns how many tokens that text has: 0 where no sample could be encoded.
  int64_t want(const std::vector<size_t>& columns, const EncodedSamples& in_context);
  // kCancelled: the monitor wants to stop.
  absl::Status measure(Model& model, Monitor& monitor);
  // Of a wanted sample after so many tokens; NaN where it was not measured. Call after measure().
  double loss(size_t column, int64_t tokens) const;

 private:
  NeutralContext context_;
  std::map<int64_t, std::map<size_t, EncodedSample>> wanted_;  // by tokens in front, and column
  std::map<int64_t, std::map<size_t, double>> losses_;
};

}  // namespace eif
