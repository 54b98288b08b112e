#include "desiderata/shared/learners.h"

#include <algorithm>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace eif {
namespace {

// In lower case, without punctuation.
std::vector<std::string> words_of(const std::string& text) {
  return absl::StrSplit(absl::AsciiStrToLower(text), absl::ByAnyChar(" \t.,;:!?\"()"),
                        absl::SkipEmpty());
}

std::vector<std::string> neighbours(const Sample& sample) {
  std::vector<std::string> pairs;
  for (const std::string& text : texts_of(sample)) {
    std::string previous = "^";
    for (const std::string& word : words_of(text)) {
      pairs.push_back(absl::StrCat(previous, " ", word));
      previous = word;
    }
  }
  return pairs;
}

std::set<std::string> vocabulary(const Sample& sample) {
  std::set<std::string> words;
  for (const std::string& text : texts_of(sample)) {
    for (std::string& word : words_of(text)) words.insert(std::move(word));
  }
  return words;
}

}  // namespace

std::vector<std::string> texts_of(const Sample& sample) {
  std::vector<std::string> texts;
  for (const Statement& statement : sample.statements) {
    texts.push_back(text_of(statement).value_or(""));
  }
  return texts;
}

double LogicalLearner::operator()(const Sample& trained, const Sample& evaluated) const {
  if (trained.id == evaluated.id || implied_.count({trained.id, evaluated.id}) > 0) return 1;
  return ruled_out_.count({trained.id, evaluated.id}) > 0 ? -1 : 0;
}

double positional_influence(const Sample& trained, const Sample& evaluated) {
  const std::vector<std::string> known = neighbours(trained);
  const std::vector<std::string> asked = neighbours(evaluated);
  const auto covered = std::count_if(asked.begin(), asked.end(), [&](const std::string& pair) {
    return std::find(known.begin(), known.end(), pair) != known.end();
  });
  return static_cast<double>(covered) / static_cast<double>(asked.size());
}

double bag_of_words_influence(const Sample& trained, const Sample& evaluated) {
  const std::set<std::string> one = vocabulary(trained);
  const std::set<std::string> other = vocabulary(evaluated);
  const auto common = std::count_if(one.begin(), one.end(),
                                    [&](const std::string& word) { return other.count(word) > 0; });
  return static_cast<double>(common);
}

Answers answers_of(const std::vector<Request>& requests, const Influence& influence,
                   const Influence& distance) {
  Answers answers;
  for (const Request& request : requests) {
    std::vector<std::string> trained_ids;
    std::vector<std::string> evaluated_ids;
    for (const Sample& sample : request.trained) trained_ids.push_back(sample.id);
    for (const Sample& sample : request.evaluated) evaluated_ids.push_back(sample.id);
    Matrix matrix(trained_ids, evaluated_ids);
    const Influence& cell = request.cells == Cells::kDistance ? distance : influence;
    for (size_t row = 0; row < matrix.rows(); ++row) {
      for (size_t column = 0; column < matrix.columns(); ++column) {
        const Sample& trained = request.trained[row];
        const Sample& evaluated = request.evaluated[column];
        if (request.asks_for({trained.id, evaluated.id})) {
          matrix.at(row, column) = cell(trained, evaluated);
        }
      }
    }
    answers[request.name] = std::move(matrix);
  }
  return answers;
}

}  // namespace eif
