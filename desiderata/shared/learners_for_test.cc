#include "desiderata/shared/learners_for_test.h"

#include <algorithm>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "desiderata/shared/draw_for_test.h"
#include "gtest/gtest.h"

namespace eif {
namespace {

std::vector<std::string> texts_of(const Sample& sample) {
  std::vector<std::string> texts;
  for (const Statement& statement : sample.statements) {
    texts.push_back(std::get<std::string>(statement));
  }
  return texts;
}

// In lower case, without punctuation.
std::vector<std::string> words_of(const std::string& text) {
  return absl::StrSplit(absl::AsciiStrToLower(text), absl::ByAnyChar(" .,"), absl::SkipEmpty());
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

template <typename Applying>
std::set<std::string> applicable_ids(const std::vector<Applying>& announced, Modality modality) {
  std::set<std::string> ids;
  for (const Applying& one : announced) {
    if (one.only_for.value_or(modality) == modality) ids.insert(one.id);
  }
  return ids;
}

std::set<std::string> keys(const std::map<std::string, double>& numbers) {
  std::set<std::string> ids;
  for (const auto& [id, number] : numbers) ids.insert(id);
  return ids;
}

std::vector<std::string> planned_texts(const Desideratum& desideratum,
                                       std::vector<Sample> Request::* samples) {
  const absl::StatusOr<std::vector<Request>> requests =
      desideratum.plan(DrawForTest(Modality::kText));
  EXPECT_TRUE(requests.ok()) << requests.status();
  std::vector<std::string> texts;
  if (!requests.ok()) return texts;
  for (const Request& request : *requests) {
    if (request.cells == Cells::kDistance) continue;
    EXPECT_EQ(request.name, request.domain);
    for (const Sample& sample : request.*samples) {
      texts.push_back(absl::StrCat(request.domain, ": ", sample.id, ": ",
                                   absl::StrJoin(texts_of(sample), " / ")));
    }
  }
  return texts;
}

}  // namespace

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

Scores scores_of(const Desideratum& desideratum, Modality modality, const Influence& influence,
                 const Influence& distance) {
  const DrawForTest draw(modality);
  const absl::StatusOr<std::vector<Request>> requests = desideratum.plan(draw);
  EXPECT_TRUE(requests.ok()) << requests.status();
  if (!requests.ok()) return {};
  absl::StatusOr<Scores> scores =
      desideratum.score(draw, answers_of(*requests, influence, distance));
  EXPECT_TRUE(scores.ok()) << scores.status();
  if (!scores.ok()) return {};
  const DesideratumInfo info = desideratum.info();
  EXPECT_EQ(keys(scores->effects), applicable_ids(info.expectations, modality));
  EXPECT_EQ(keys(scores->observations), applicable_ids(info.observations, modality));
  return *std::move(scores);
}

std::vector<std::string> trained_texts(const Desideratum& desideratum) {
  return planned_texts(desideratum, &Request::trained);
}

std::vector<std::string> evaluated_texts(const Desideratum& desideratum) {
  return planned_texts(desideratum, &Request::evaluated);
}

}  // namespace eif
