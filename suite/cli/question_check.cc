#include "suite/cli/question_check.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "desiderata/shared/learners.h"
#include "suite/core/verdict.h"
#include "suite/host/measurement.h"
#include "suite/host/scoring.h"

namespace eif {
namespace {

// The influence of a learner on the samples of one request, of one seed.
using LearnerOf = std::function<Influence(const Draw& draw, const Request& request)>;

std::string text_of(const Sample& sample) { return absl::StrJoin(texts_of(sample), "\n"); }

// A number of its own for each pair of texts, whichever requests they stand in.
Influence random_influence(const Draw& draw, size_t learner) {
  return [&draw, learner](const Sample& trained, const Sample& evaluated) -> double {
    const std::string from = text_of(trained), to = text_of(evaluated);
    if (from == to) return 1;
    return draw.random(absl::StrCat("check/", learner, "/", from, "\n>\n", to))->normal();
  };
}

class Check {
 public:
  Check(const DeclaredDesideratum& declared, const std::vector<uint64_t>& seeds,
        const DrawSettings& settings)
      : declared_(declared), seeds_(seeds), settings_(settings) {}

  absl::StatusOr<QuestionCheck> run() {
    if (absl::Status status = check_seeds(); !status.ok()) return status;
    const PassingLearner passing = find_passing_learner(declared_.declaration());
    QuestionCheck check;
    check.unmet = passing.unmet;
    const std::pair<LearnerResult*, LearnerOf> learners[] = {
        {&(check.logical = {"logical", {}}),
         [&](const Draw&, const Request& request) -> Influence {
           return
               [&passing, domain = request.domain](const Sample& trained, const Sample& evaluated) {
                 return passing.at(domain, {trained.id, evaluated.id});
               };
         }},
        {&(check.positional = {"positional", {}}),
         [](const Draw&, const Request&) -> Influence { return positional_influence; }},
        {&(check.words = {"words", {}}),
         [](const Draw&, const Request&) -> Influence { return bag_of_words_influence; }}};
    for (const auto& [found, learner] : learners) {
      absl::StatusOr<DesideratumResult> result = judge_learner(found->learner, learner);
      if (!result.ok()) return result.status();
      found->result = *std::move(result);
    }
    std::map<std::string, size_t> times_held;  // by primary expectation
    for (size_t i = 0; i < kRandomLearners; ++i) {
      absl::StatusOr<DesideratumResult> result = judge_learner(
          "random", [i](const Draw& draw, const Request&) { return random_influence(draw, i); });
      if (!result.ok()) return result.status();
      LearnerResult learner{"random", *std::move(result)};
      check.random_passes += learner.passes();
      for (const ExpectationResult& one : learner.result.expectations) {
        const bool holds = one.outcome.verdict == Verdict::kHolds;
        if (one.expectation.primary && holds) ++times_held[one.expectation.id];
      }
      if (i == 0) check.random = std::move(learner);
    }
    for (const auto& [id, times] : times_held) {
      if (times > kMostRandomPasses) check.hardly_failed.push_back(id);
    }
    const absl::StatusOr<bool> alike = seeds_are_alike();
    if (!alike.ok()) return alike.status();
    check.seeds_are_alike = *alike;
    return check;
  }

 private:
  absl::Status check_seeds() const {
    const auto fewest = static_cast<size_t>(fewest_seeds_to_hold());
    if (seeds_.size() >= fewest) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat(
        declared_.id(), ": ", seeds_.size(),
        " seeds are too few for any of its primary expectations to hold, whatever is measured; use "
        "--seeds ",
        fewest, " or more"));
  }

  SeededDraw draw_of(uint64_t seed) { return {seed, Modality::kText, no_digits_, settings_}; }

  absl::StatusOr<DesideratumResult> judge_learner(const std::string& name,
                                                  const LearnerOf& learner) {
    Scoring scoring({.model = name, .desideratum = declared_.id()}, declared_.info(),
                    Modality::kText);
    for (const uint64_t seed : seeds_) {
      const SeededDraw draw = draw_of(seed);
      absl::StatusOr<std::vector<Request>> requests = declared_.plan(draw);
      if (!requests.ok()) return requests.status();
      Answers answers;
      std::vector<HashedRequest> hashed_requests;
      for (Request& request : *requests) {
        answers.merge(answers_of({request}, learner(draw, request)));
        hashed_requests.push_back(hashed(std::move(request)));
      }
      const absl::StatusOr<Scores> scores = declared_.score(draw, answers);
      if (!scores.ok()) return scores.status();
      scoring.add(seed, hashed_requests, answers, *scores);
    }
    return scoring.results(NoiseFloors()).front();
  }

  // As far as the first two seeds show.
  absl::StatusOr<bool> seeds_are_alike() {
    std::vector<std::vector<std::string>> contents;
    for (const uint64_t seed : {uint64_t{0}, uint64_t{1}}) {
      absl::StatusOr<std::vector<Request>> requests = declared_.plan(draw_of(seed));
      if (!requests.ok()) return requests.status();
      contents.emplace_back();
      for (const Request& request : *requests) {
        for (const Sample& sample : request.trained) contents.back().push_back(text_of(sample));
        for (const Sample& sample : request.evaluated) contents.back().push_back(text_of(sample));
      }
    }
    return contents[0] == contents[1];
  }

  const DeclaredDesideratum& declared_;
  const std::vector<uint64_t>& seeds_;
  const DrawSettings& settings_;
  DigitSource no_digits_{""};
};

}  // namespace

absl::StatusOr<QuestionCheck> check_question(const DeclaredDesideratum& declared,
                                             const std::vector<uint64_t>& seeds,
                                             const DrawSettings& settings) {
  return Check(declared, seeds, settings).run();
}

}  // namespace eif
