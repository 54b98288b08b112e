#include "suite/host/learned_answers.h"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "suite/core/dose.h"

namespace eif {
namespace {

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

// How each sample was learned, by its content.
std::map<std::string, const LearnedRow*> rows_in(const std::vector<HashedRequest>& requests,
                                                 const LearnedAnswer& answer) {
  std::map<std::string, const LearnedRow*> rows;
  for (const HashedRequest& hashed : requests) {
    const auto of_request = answer.rows.find(hashed.request.name);
    if (of_request == answer.rows.end()) continue;
    for (size_t i = 0; i < hashed.trained.size(); ++i) {
      rows[hashed.trained[i]] = &of_request->second[i];
    }
  }
  return rows;
}

// Of each answer, by the passes of its compared rows.
std::map<int, std::map<std::string, const LearnedRow*>> rows_in(
    const std::vector<HashedRequest>& requests, const LearnedAnswers& answers) {
  std::map<int, std::map<std::string, const LearnedRow*>> rows;
  for (const auto& [passes, answer] : answers) rows[passes] = rows_in(requests, answer);
  return rows;
}

double share_of(const LearnedRow& row) { return learned_share(row.before, row.after); }

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

std::map<std::string, int> slowest_passes(const ComparedRows& compared,
                                          const Measurement::Chosen& own) {
  std::map<std::string, int> passes;
  for (const auto& [id, contents] : compared) {
    int& slowest = passes[id];
    slowest = kOwnPasses;
    for (const std::string& content : contents) slowest = std::max(slowest, own.at(content));
  }
  return passes;
}

LearnedAnswers learned_answers(const std::vector<HashedRequest>& requests,
                               const ComparedAfter& compared, const Measurement::Chosen& own,
                               const Measurement& learned, const Measurement& distance) {
  LearnedAnswers answers;
  answers[kOwnPasses] = answer_after(requests, own, learned, distance);
  for (const auto& [count, contents] : compared) {
    Measurement::Chosen passes = own;
    for (const std::string& content : contents) passes[content] = count;
    answers[count] = answer_after(requests, passes, learned, distance);
  }
  return answers;
}

Measurement::Chosen own_passes_of(const std::vector<HashedRequest>& requests,
                                  const LearnedAnswers& answers) {
  Measurement::Chosen passes;
  for (const auto& [content, row] : rows_in(requests, answers.at(kOwnPasses))) {
    if (row->passes > 0) passes[content] = row->passes;
  }
  return passes;
}

std::map<std::string, int> matched_passes(const std::vector<HashedRequest>& requests,
                                          const LearnedAnswers& answers,
                                          const ComparedRows& compared, double share) {
  std::map<std::string, int> matched = slowest_passes(compared, own_passes_of(requests, answers));
  const auto rows = rows_in(requests, answers);
  for (auto& [id, passes] : matched) {
    const auto have_it_after = [&, &contents = compared.at(id)](const auto& answer) {
      return std::all_of(contents.begin(), contents.end(), [&](const std::string& content) {
        const LearnedRow& row = *answer.second.at(content);
        return row.passes == answer.first && share_of(row) >= share;
      });
    };
    if (passes == kOwnPasses) continue;
    const auto first = std::find_if(rows.lower_bound(passes), rows.end(), have_it_after);
    if (first != rows.end()) passes = first->first;
  }
  return matched;
}

absl::StatusOr<LearnedScores> learned_scores(
    const std::vector<HashedRequest>& requests, const LearnedAnswers& answers,
    const ComparedRows& compared, double share,
    const std::function<absl::StatusOr<Scores>(const Answers&)>& score) {
  std::map<int, Scores> scores;
  const auto rows = rows_in(requests, answers);
  for (const auto& [passes, answer] : answers) {
    absl::StatusOr<Scores> scored = score(answer.answers);
    if (!scored.ok()) return scored.status();
    scores[passes] = *std::move(scored);
  }
  LearnedScores result;
  result.scores = scores.at(kOwnPasses);
  for (const auto& [id, passes] : matched_passes(requests, answers, compared, share)) {
    LearnedEffect& effect = result.effects[id];
    effect = {.passes = passes,
              .smallest_share = std::numeric_limits<double>::infinity(),
              .largest_share = -std::numeric_limits<double>::infinity(),
              .is_reached = true,
              .own = number_in(scores.at(kOwnPasses), id)};
    for (const std::string& content : compared.at(id)) {
      const double reached = share_of(*rows.at(passes).at(content));
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
