// The files in examples/ are the plugins of the same names: what they claim, ask for and score is
// equal, numbers to the bit.
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "desiderata/declared/declared_desideratum.h"
#include "desiderata/shared/draw_for_test.h"
#include "eif/plugin.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "suite/sdk/folders_for_test.h"

// Each plugin's entry, renamed by CMakeLists.txt.
extern "C" {
const eif::PluginRecord* eif_plugin_of_causality();
const eif::PluginRecord* eif_plugin_of_compositionality();
const eif::PluginRecord* eif_plugin_of_ontology();
const eif::PluginRecord* eif_plugin_of_reversal();
const eif::PluginRecord* eif_plugin_of_transitivity();
}

namespace eif {
namespace {

using ::testing::AllOf;
using ::testing::Field;

struct Pair {
  std::string name;
  const PluginRecord* (*plugin)();
};

void PrintTo(const Pair& pair, std::ostream* out) { *out << pair.name; }

class Example : public testing::TestWithParam<Pair> {
 protected:
  void SetUp() override {
    record_ = GetParam().plugin();
    plugin_.reset(record_->make_desideratum());
    absl::StatusOr<std::unique_ptr<DeclaredDesideratum>> read = read_declared_desideratum(
        source_folder() / "desiderata/declared/examples" / absl::StrCat(GetParam().name, ".toml"));
    ASSERT_TRUE(read.ok()) << read.status();
    declared_ = *std::move(read);
  }

  const PluginRecord* record_ = nullptr;
  std::unique_ptr<Desideratum> plugin_;
  std::unique_ptr<DeclaredDesideratum> declared_;
};

// The draw of a seed: words of its own.
class SeedDraw final : public Draw {
 public:
  explicit SeedDraw(uint64_t seed) : seed_(seed) {}
  uint64_t seed() const override { return seed_; }
  Modality modality() const override { return Modality::kText; }
  std::unique_ptr<Random> random(const std::string&) const override {
    return std::make_unique<FixedRandom>(0);
  }
  absl::StatusOr<std::vector<std::string>> words(size_t count) const override {
    std::vector<std::string> words;
    for (size_t i = 0; i < count; ++i) {
      words.push_back(absl::StrCat("w", seed_, "x", i));
    }
    return words;
  }
  absl::StatusOr<std::vector<LabelledImage>> digits(int) const override {
    return absl::FailedPreconditionError("no images");
  }
  const std::vector<std::string>& claims() const override { return no_claims_; }
  bool large() const override { return false; }

 private:
  uint64_t seed_;
  std::vector<std::string> no_claims_;
};

std::vector<std::string> described(const std::vector<Sample>& samples) {
  std::vector<std::string> lines;
  for (const Sample& sample : samples) {
    std::string line = sample.id;
    for (const Statement& statement : sample.statements) {
      absl::StrAppend(&line, "|", std::get<std::string>(statement));
    }
    lines.push_back(line);
  }
  return lines;
}

auto is_same_as(const Expectation& other) {
  return AllOf(Field(&Expectation::id, other.id), Field(&Expectation::kind, other.kind),
               Field(&Expectation::primary, other.primary), Field(&Expectation::claim, other.claim),
               Field(&Expectation::self_scale, other.self_scale),
               Field(&Expectation::only_for, other.only_for),
               Field(&Expectation::gain_in_context, other.gain_in_context),
               Field(&Expectation::deciding_dose, other.deciding_dose),
               Field(&Expectation::second_dose, other.second_dose));
}

// Normal numbers in the cells that are asked for, the same for every call.
Answers random_answers(const std::vector<Request>& requests, uint64_t seed) {
  uint64_t state = seed * 2 + 1;
  const auto next = [&] {  // an odd multiplier; the high bits are what is used
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<double>(state >> 11) / 9007199254740992.0 - 0.5;
  };
  Answers answers;
  for (const Request& request : requests) {
    Matrix matrix(ids_of(request.trained), ids_of(request.evaluated));
    for (size_t row = 0; row < matrix.rows(); ++row) {
      for (size_t column = 0; column < matrix.columns(); ++column) {
        const double value = next();
        const Cell cell{matrix.trained_ids()[row], matrix.evaluated_ids()[column]};
        if (request.asks_for(cell)) matrix.at(row, column) = value;
      }
    }
    answers[request.name] = std::move(matrix);
  }
  return answers;
}

TEST_P(Example, SaysWhatThePluginSays) {
  EXPECT_EQ(declared_->id(), record_->id);
  EXPECT_EQ(declared_->version(), record_->version);
  const DesideratumInfo declared = declared_->info(), plugin = plugin_->info();
  EXPECT_EQ(declared.claim, plugin.claim);
  EXPECT_EQ(declared.paper_section, plugin.paper_section);
  EXPECT_EQ(declared.holds, plugin.holds);
  EXPECT_EQ(declared.violated, plugin.violated);
  EXPECT_EQ(declared.modalities, plugin.modalities);
  ASSERT_EQ(declared.expectations.size(), plugin.expectations.size());
  for (size_t i = 0; i < plugin.expectations.size(); ++i) {
    EXPECT_THAT(declared.expectations[i], is_same_as(plugin.expectations[i]))
        << plugin.expectations[i].id;
  }
  EXPECT_TRUE(declared.observations.empty() && plugin.observations.empty());
}

TEST_P(Example, AsksForWhatThePluginAsksFor) {
  for (const uint64_t seed : {uint64_t{0}, uint64_t{1}, uint64_t{7}}) {
    const SeedDraw draw(seed);
    const auto declared = declared_->plan(draw), plugin = plugin_->plan(draw);
    ASSERT_TRUE(declared.ok() && plugin.ok()) << declared.status() << plugin.status();
    ASSERT_EQ(declared->size(), plugin->size());
    for (size_t i = 0; i < plugin->size(); ++i) {
      const Request& one = (*declared)[i];
      const Request& other = (*plugin)[i];
      EXPECT_EQ(one.name, other.name);
      EXPECT_EQ(one.domain, other.domain);
      EXPECT_EQ(one.cells, other.cells);
      EXPECT_EQ(described(one.trained), described(other.trained));
      EXPECT_EQ(described(one.evaluated), described(other.evaluated));
      EXPECT_EQ(one.only, other.only);
    }
  }
}

TEST_P(Example, ScoresWhatThePluginScoresToTheBit) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const SeedDraw draw(seed);
    const auto requests = plugin_->plan(draw);
    ASSERT_TRUE(requests.ok()) << requests.status();
    const Answers answers = random_answers(*requests, seed);
    const auto declared = declared_->score(draw, answers), plugin = plugin_->score(draw, answers);
    ASSERT_TRUE(declared.ok() && plugin.ok()) << declared.status() << plugin.status();
    ASSERT_FALSE(plugin->effects.empty());
    EXPECT_EQ(declared->effects, plugin->effects);
    for (const auto& [id, effect] : plugin->effects) EXPECT_NE(effect, 0) << id;
  }
}

INSTANTIATE_TEST_SUITE_P(Declared, Example,
                         testing::Values(Pair{"causality", eif_plugin_of_causality},
                                         Pair{"compositionality", eif_plugin_of_compositionality},
                                         Pair{"ontology", eif_plugin_of_ontology},
                                         Pair{"reversal", eif_plugin_of_reversal},
                                         Pair{"transitivity", eif_plugin_of_transitivity}),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace eif
