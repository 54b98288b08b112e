#include "desiderata/shared/learners_for_test.h"

#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "desiderata/shared/draw_for_test.h"
#include "gtest/gtest.h"

namespace eif {
namespace {

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
