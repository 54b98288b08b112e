// Every name that the paper's report looks for is one that a plugin states or asks for. See
// README.md.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "desiderata/shared/draw_for_test.h"
#include "domains/images/digit_samples.h"
#include "domains/images/noise_requests.h"
#include "domains/paper.h"
#include "reports/paper/claim_table.h"
#include "suite/host/plugin_loader.h"

namespace eif {
namespace {

using ::testing::Contains;

const PluginSet& plugins() {
  static const PluginSet& loaded = *new PluginSet(load_plugins({.folders = {EIF_PLUGIN_FOLDER}}));
  return loaded;
}

const LoadedPlugin* find_desideratum(const std::string& id) {
  for (const LoadedPlugin& plugin : plugins().loaded) {
    if (plugin.desideratum() != nullptr && plugin.record().id == id) return &plugin;
  }
  return nullptr;
}

template <typename Stated>
bool any_begins(const std::vector<Stated>& all, const std::string& beginning, Modality modality) {
  return std::any_of(all.begin(), all.end(), [&](const Stated& one) {
    return one.id.starts_with(beginning) && one.only_for.value_or(modality) == modality;
  });
}

// The requests that the desiderata of the claims make.
std::set<std::string> requests(Modality modality, bool large = false) {
  DrawForTest draw(modality);
  draw.is_large = large;
  std::set<std::string> names;
  for (const std::string& id : desiderata_of_claims(modality)) {
    const LoadedPlugin* plugin = find_desideratum(id);
    if (plugin == nullptr) continue;
    const absl::StatusOr<std::vector<Request>> plan = plugin->desideratum()->plan(draw);
    EXPECT_TRUE(plan.ok()) << id << ": " << plan.status();
    if (!plan.ok()) continue;
    for (const Request& request : *plan) names.insert(request.name);
  }
  return names;
}

class PaperNames : public ::testing::TestWithParam<Modality> {};

TEST_P(PaperNames, EachDesideratumOfAClaimIsAPluginForTheModality) {
  for (const std::string& id : desiderata_of_claims(GetParam())) {
    const LoadedPlugin* plugin = find_desideratum(id);
    ASSERT_NE(plugin, nullptr) << "no plugin is the desideratum '" << id << "'";
    EXPECT_THAT(plugin->info().modalities, Contains(GetParam())) << id;
  }
}

TEST_P(PaperNames, EachSourceOfAClaimHasANumber) {
  for (const PaperClaim& claim : paper_claims(GetParam())) {
    for (const ClaimSource& source : claim.sources) {
      const LoadedPlugin* plugin = find_desideratum(source.desideratum);
      ASSERT_NE(plugin, nullptr) << source.desideratum;
      const DesideratumInfo& info = plugin->info();
      EXPECT_TRUE(source.kind == SourceKind::kExpectations
                      ? any_begins(info.expectations, source.beginning, GetParam())
                      : any_begins(info.observations, source.beginning, GetParam()))
          << "the claim " << claim.id << " is about " << source.desideratum << "."
          << source.beginning << "…, which states no such thing";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EachModality, PaperNames,
                         ::testing::Values(Modality::kText, Modality::kImage),
                         [](const auto& modality) {
                           return modality.param == Modality::kText ? "Text" : "Images";
                         });

TEST(PaperNamesOfText, EachMatrixThatIsDrawnIsAskedForAndHasADensity) {
  const LoadedPlugin* sparsity = find_desideratum(paper::kSparsity);
  ASSERT_NE(sparsity, nullptr);
  std::vector<std::string> domains(std::begin(paper::kMatrixDomains),
                                   std::end(paper::kMatrixDomains));
  domains.push_back(paper::kClaims);
  for (const std::string& domain : domains) {
    EXPECT_THAT(requests(Modality::kText), Contains(domain));
    EXPECT_TRUE(
        any_begins(sparsity->info().observations, paper::density_of(domain), Modality::kText))
        << domain;
  }
  EXPECT_THAT(requests(Modality::kText, /*large=*/true), Contains(paper::kManyClaims));
}

TEST(PaperNamesOfImages, EachMatrixThatIsDrawnIsAskedFor) {
  const std::set<std::string> asked = requests(Modality::kImage);
  EXPECT_THAT(asked, Contains(kDigits));
  EXPECT_THAT(asked, Contains(kPureNoiseToClean));
  for (const NoiseLevel& level : kNoiseLevels) {
    EXPECT_THAT(asked, Contains(noisy_to_clean(level)));
    EXPECT_THAT(asked, Contains(clean_to_noisy(level)));
  }
}

}  // namespace
}  // namespace eif
