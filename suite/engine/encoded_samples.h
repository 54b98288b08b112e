// Samples as a model sees them. Encoding a text takes the tokenizer's time, so each sample is
// encoded once, and what is made of it afterwards points to that.
//
//   const EncodedSamples encoded = encode_samples(model, samples);
//   if (encoded[0].ok()) use(*encoded[0]);  // its statements
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/backend.h"
#include "eif/domain.h"

namespace eif {

// The statements of a sample, each with at least one scored token, or why it has none.
using EncodedSample = absl::StatusOr<std::vector<Example>>;
using EncodedSamples = std::vector<EncodedSample>;

// Each statement is read after `context`.
EncodedSample encode_sample(const Model& model, const Sample& sample,
                            const std::vector<Statement>& context = {});

// The first statement that can be encoded and has a scored token; nothing where there is none.
std::optional<Example> first_statement(const Model& model, const std::vector<Sample>& samples);

EncodedSamples encode_samples(const Model& model, const std::vector<Sample>& samples,
                              const std::vector<Statement>& context = {});

// The statements in order, `epochs` times over: a step is taken on each.
std::vector<Example> in_epochs(const std::vector<Example>& statements, int epochs);

// All of them, and those with these indices.
std::vector<const EncodedSample*> pointers_to(const EncodedSamples& samples);
std::vector<const EncodedSample*> pointers_to(const EncodedSamples& samples,
                                              const std::vector<size_t>& indices);

}  // namespace eif
