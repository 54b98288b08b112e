#include "suite/engine/distinct_statements.h"

#include <map>
#include <utility>

#include "suite/formats/digest.h"

namespace eif {

std::string key_of(const Example& example) {
  Digest digest;
  const auto add_numbers = [&](const std::vector<int64_t>& numbers) {
    digest.add(numbers.data(), numbers.size() * sizeof(int64_t));
  };
  if (const auto* text = std::get_if<TextExample>(&example)) {
    add_numbers({text->first_scored, text->length_class});
    add_numbers(text->ids);
  } else {
    const auto& image = std::get<ImageExample>(example);
    const at::Tensor pixels = image.pixels.contiguous();
    add_numbers({image.label});
    digest.add(pixels.const_data_ptr(), pixels.nbytes());
  }
  return digest.hex();
}

namespace {

class Collection {
 public:
  enum class End { kTrained, kEvaluated };

  // Adds the statements of each sample, and returns them as indices into what was collected so far.
  std::vector<std::vector<size_t>> add(const EncodedSamples& samples, End end) {
    std::vector<std::vector<size_t>> indices(samples.size());
    for (size_t i = 0; i < samples.size(); ++i) {
      if (!samples[i].ok()) continue;
      for (const Example& example : *samples[i]) indices[i].push_back(add(example, end));
    }
    return indices;
  }

  // Puts all into the order that DistinctStatements promises. new_index becomes the new index of
  // each that add() gave.
  DistinctStatements in_order(std::vector<size_t>& new_index) const {
    DistinctStatements result;
    result.examples.reserve(statements_.size());
    new_index.resize(statements_.size());
    const auto append = [&](bool is_trained, bool is_evaluated) {
      for (size_t i = 0; i < statements_.size(); ++i) {
        const Statement& statement = statements_[i];
        if (statement.trained != is_trained || statement.evaluated != is_evaluated) continue;
        new_index[i] = result.examples.size();
        result.examples.push_back(*statement.example);
      }
    };
    append(true, false);
    result.first_evaluated = result.examples.size();
    append(true, true);
    result.trained = result.examples.size();
    append(false, true);
    return result;
  }

 private:
  struct Statement {
    const Example* example;
    bool trained = false, evaluated = false;
  };

  size_t add(const Example& example, End end) {
    const auto [entry, is_new] = by_key_.try_emplace(key_of(example), statements_.size());
    if (is_new) statements_.push_back({&example});
    Statement& statement = statements_[entry->second];
    (end == End::kTrained ? statement.trained : statement.evaluated) = true;
    return entry->second;
  }

  std::vector<Statement> statements_;
  std::map<std::string, size_t> by_key_;
};

}  // namespace

DistinctStatements distinct_statements(const EncodedSamples& trained,
                                       const EncodedSamples& evaluated) {
  Collection collection;
  std::vector<std::vector<size_t>> of_trained = collection.add(trained, Collection::End::kTrained);
  std::vector<std::vector<size_t>> of_evaluated =
      collection.add(evaluated, Collection::End::kEvaluated);
  std::vector<size_t> new_index;
  DistinctStatements result = collection.in_order(new_index);
  for (auto* samples : {&of_trained, &of_evaluated}) {
    for (std::vector<size_t>& statements : *samples) {
      for (size_t& statement : statements) statement = new_index[statement];
    }
  }
  result.of_trained = std::move(of_trained);
  result.of_evaluated = std::move(of_evaluated);
  return result;
}

}  // namespace eif
