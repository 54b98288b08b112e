#include "suite/host/learned_answers.h"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "suite/core/dose.h"

namespace eif {
namespace {

// The contents that some comparison needs after so many passes.
std::map<int, std::set<std::string>> contents_by_passes(const ComparedRows& compared,
                                                        const Measurement::Chosen& own) {
  std::map<int, std::set<std::string>> contents;
  for (const auto& [id, passes] : matched_passes(compared, own)) {
    if (passes != kOwnPasses) contents[passes].insert(compared.at(id).begin(), compared.at(id).end());
  }
  return contents;
}

LearnedAnswer answer_after(const std::vector<HashedRequest>& requests,
                           const Measurement::Chosen& passes, const Measurement& learned,
                           const Measurement& distance) {
  LearnedAnswer answer;
  for (const HashedRequest& hashed : requests) {
    const std::string& name = hashed.request.name;
    if (hashed.request.cells == Cells::kDistance) {
      answer.answers[name] = distance.answer(hashed);
      continue;
    }
    answer.answers[name] = learned.answer(hashed, passes);
    std::vector<LearnedRow>& rows = answer.rows[name];
    for (const std::string& content : hashed.trained) {
      LearnedRow& row = rows.emplace_back();
      const auto chosen = passes.find(content);
      if (chosen == passes.end()) continue;  // no cell of it is asked for
      Measurement::OwnLosses losses = learned.own_losses(content, chosen->second);
      row = {chosen->second, std::move(losses.before), std::move(losses.after)};
    }
  }
  return answer;
}

// The share of each sample, by content.
std::map<std::string, double> shares_in(const std::vector<HashedRequest>& requests,
                                        const LearnedAnswer& answer) {
  std::map<std::string, double> shares;
  for (const HashedRequest& hashed : requests) {
    const auto rows = answer.rows.find(hashed.request.name);
    if (rows == answer.rows.end()) continue;
    for (size_t i = 0; i < hashed.trained.size(); ++i) {
      shares[hashed.trained[i]] = learned_share(rows->second[i].before, rows->second[i].after);
    }
  }
  return shares;
}

double number_in(const Scores& scores, const std::string& id) {
  for (const std::map<std::string, double>* numbers : {&scores.effects, &scores.observations}) {
    if (const auto found = numbers->find(id); found != numbers->end()) return found->second;
  }
  return Matrix::kUnmeasured;
}

}  // namespace

Measurement::Chosen own_passes(const LearningCurves& curves, double share, int max_passes) {
  Measurement::Chosen passes;
  for (const auto& [content, curve] : curves) {
    // One pass shows as well as many why it cannot be trained on.
    const int otherwise = curve.error.empty() ? max_passes : 1;
    passes[content] = curve.passes_to(share).value_or(otherwise);
  }
  return passes;
}

std::map<std::string, int> matched_passes(const ComparedRows& compared,
                                          const Measurement::Chosen& own) {
  std::map<std::string, int> matched;
  for (const auto& [id, contents] : compared) {
    int& slowest = matched[id];
    slowest = kOwnPasses;
    for (const std::string& content : contents) slowest = std::max(slowest, own.at(content));
  }
  return matched;
}

void add_passes(const ComparedRows& compared, const Measurement::Chosen& own,
                Measurement::Passes& passes) {
  for (const auto& [count, contents] : contents_by_passes(compared, own)) {
    for (const std::string& content : contents) passes[content].insert(count);
  }
}

LearnedAnswers learned_answers(const std::vector<HashedRequest>& requests,
                               const ComparedRows& compared, const Measurement::Chosen& own,
                               const Measurement& learned, const Measurement& distance) {
  LearnedAnswers answers;
  answers[kOwnPasses] = answer_after(requests, own, learned, distance);
  for (const auto& [count, contents] : contents_by_passes(compared, own)) {
    Measurement::Chosen passes = own;
    for (const std::string& content : contents) passes[content] = count;
    answers[count] = answer_after(requests, passes, learned, distance);
  }
  return answers;
}

Measurement::Chosen own_passes_of(const std::vector<HashedRequest>& requests,
                                  const LearnedAnswers& answers) {
  Measurement::Chosen passes;
  const LearnedAnswer& own = answers.at(kOwnPasses);
  for (const HashedRequest& hashed : requests) {
    const auto rows = own.rows.find(hashed.request.name);
    if (rows == own.rows.end()) continue;
    for (size_t i = 0; i < hashed.trained.size(); ++i) {
      if (rows->second[i].passes > 0) passes[hashed.trained[i]] = rows->second[i].passes;
    }
  }
  return passes;
}

absl::StatusOr<LearnedScores> learned_scores(
    const std::vector<HashedRequest>& requests, const LearnedAnswers& answers,
    const ComparedRows& compared, double share,
    const std::function<absl::StatusOr<Scores>(const Answers&)>& score) {
  std::map<int, Scores> scores;
  std::map<int, std::map<std::string, double>> shares;
  for (const auto& [passes, answer] : answers) {
    absl::StatusOr<Scores> scored = score(answer.answers);
    if (!scored.ok()) return scored.status();
    scores[passes] = *std::move(scored);
    shares[passes] = shares_in(requests, answer);
  }
  LearnedScores result;
  result.scores = scores.at(kOwnPasses);
  for (const auto& [id, passes] : matched_passes(compared, own_passes_of(requests, answers))) {
    LearnedEffect& effect = result.effects[id];
    effect = {.passes = passes,
              .smallest_share = std::numeric_limits<double>::infinity(),
              .largest_share = -std::numeric_limits<double>::infinity(),
              .is_reached = true,
              .own = number_in(scores.at(kOwnPasses), id)};
    for (const std::string& content : compared.at(id)) {
      const double reached = shares.at(passes).at(content);
      effect.smallest_share = std::min(effect.smallest_share, reached);
      effect.largest_share = std::max(effect.largest_share, reached);
      effect.is_reached = effect.is_reached && reached >= share;
    }
    const double number = number_in(scores.at(passes), id);
    for (std::map<std::string, double>* numbers :
         {&result.scores.effects, &result.scores.observations}) {
      if (const auto found = numbers->find(id); found != numbers->end()) found->second = number;
    }
  }
  return result;
}

}  // namespace eif
