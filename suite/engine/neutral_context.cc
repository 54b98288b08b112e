#include "suite/engine/neutral_context.h"

#include <utility>
#include <variant>

#include "suite/engine/batching.h"
#include "suite/engine/evaluated_rows.h"

namespace eif {
namespace {

// The tokens of a sentence on a line of its own; empty where the model cannot read it there.
std::vector<int64_t> ids_of_line(const Model& model, const std::string& sentence,
                                 const Statement& statement, int64_t special) {
  const absl::StatusOr<Example> example = model.encode(statement, {sentence});
  if (!example.ok()) return {};
  const auto& text = std::get<TextExample>(*example);
  return {text.ids.begin() + special, text.ids.begin() + text.first_of_statement};
}

int64_t nodes_of(const std::map<size_t, EncodedSample>& columns) {
  int64_t nodes = 0;
  for (const auto& [column, sample] : columns) nodes += token_count(*sample);
  return nodes;
}

}  // namespace

absl::StatusOr<NeutralContext> NeutralContext::make(const Model& model,
                                                    const std::vector<std::string>& sentences,
                                                    const std::vector<Sample>& samples) {
  NeutralContext context;
  bool reads_samples = false;
  for (const Sample& sample : samples) {
    for (const Statement& statement : sample.statements) {
      const absl::StatusOr<Example> alone = model.encode(statement, {});
      if (!alone.ok()) continue;
      reads_samples = true;
      context.special_ = std::get<TextExample>(*alone).first_of_statement;
      for (const std::string& sentence : sentences) {
        const std::vector<int64_t> ids = ids_of_line(model, sentence, statement, context.special_);
        context.ids_.insert(context.ids_.end(), ids.begin(), ids.end());
      }
      if (!context.ids_.empty()) return context;
    }
  }
  if (!reads_samples) return context;  // nothing will be read after it
  return absl::FailedPreconditionError(
      "no sentence of the neutral context can be read before any of the samples; measure with "
      "--context-base nothing");
}

int64_t NeutralContext::tokens_before(const std::vector<Example>& in_context) const {
  return std::get<TextExample>(in_context.front()).first_of_statement - special_;
}

std::vector<Example> NeutralContext::in_place_of_context(std::vector<Example> in_context) const {
  for (Example& example : in_context) {
    auto& text = std::get<TextExample>(example);
    auto from = ids_.rbegin();
    for (int64_t place = text.first_of_statement - 1; place >= special_; --place) {
      text.ids[static_cast<size_t>(place)] = *from++;
      if (from == ids_.rend()) from = ids_.rbegin();
    }
  }
  return in_context;
}

int64_t NeutralLosses::want(const std::vector<size_t>& columns, const EncodedSamples& in_context) {
  int64_t tokens = 0;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (!in_context[i].ok()) continue;
    tokens = context_.tokens_before(*in_context[i]);
    std::map<size_t, EncodedSample>& of_length = wanted_[tokens];
    if (of_length.contains(columns[i])) continue;
    of_length.emplace(columns[i], context_.in_place_of_context(*in_context[i]));
  }
  return tokens;
}

absl::Status NeutralLosses::measure(Model& model, Monitor& monitor) {
  std::vector<int64_t> lengths, sizes;
  for (const auto& [tokens, columns] : wanted_) {
    lengths.push_back(tokens);
    sizes.push_back(nodes_of(columns));
  }
  const auto samples_of = [&](size_t row) {
    EncodedSamples samples;
    for (const auto& [column, sample] : wanted_.at(lengths[row])) samples.push_back(sample);
    return samples;
  };
  const auto take = [&](const EvaluatedRow& evaluated) {
    const int64_t tokens = lengths[evaluated.row];
    int64_t place = 0;
    for (const auto& [column, sample] : wanted_.at(tokens)) {
      losses_[tokens][column] = evaluated.losses[place++].item<double>();
    }
  };
  return evaluate_rows(model, sizes, samples_of, take, monitor);
}

double NeutralLosses::loss(size_t column, int64_t tokens) const {
  const auto of_length = losses_.find(tokens);
  if (of_length == losses_.end()) return Matrix::kUnmeasured;
  const auto found = of_length->second.find(column);
  return found == of_length->second.end() ? Matrix::kUnmeasured : found->second;
}

}  // namespace eif
