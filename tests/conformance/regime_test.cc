// What is said to be decided by the regime is so: by first-order algebra, computed by an engine that
// knows nothing of it, on a model with random weights, for every desideratum there is.
#include "suite/core/regime.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "suite/engine/linear.h"
#include "suite/engine/monitor_for_test.h"
#include "suite/engine/replay.h"
#include "suite/host/decided_by_regime.h"
#include "suite/host/draw.h"
#include "suite/host/measurement.h"
#include "suite/host/names.h"
#include "tests/conformance/conformance.h"

namespace eif {
namespace {

using Effects = std::map<std::string, double>;

// In nats per token; rounding is in proportion to the largest cell that they are made of.
struct Measured {
  Effects effects;
  double largest_cell = 0;
};

// A desideratum about texts, and what it asks of seed 0.
struct Asked {
  std::string id;
  const Desideratum* desideratum = nullptr;
  std::vector<Request> requests;
};

class DecidedByRegimeOfEveryDesideratum : public testing::Test {
 protected:
  DecidedByRegimeOfEveryDesideratum() {
    for (const LoadedPlugin& plugin : loaded_plugins().loaded) {
      const Desideratum* const desideratum = plugin.desideratum();
      if (desideratum == nullptr) continue;
      const std::vector<Modality> modalities = desideratum->info().modalities;
      if (std::find(modalities.begin(), modalities.end(), Modality::kText) == modalities.end()) {
        continue;
      }
      asked_.push_back({plugin.record().id, desideratum, desideratum->plan(draw_).value()});
    }
  }

  std::map<std::string, std::string> decided(const Asked& asked) const {
    return decided_by_regime(*asked.desideratum, draw_, asked.requests, regime_of({}, true)).value();
  }

  // With names in each other's places. Distances are no model's.
  Measured measure(const Asked& asked, const Engine& engine, double rate,
                  const NewNames& exchange = {}) const {
    std::vector<std::string> names;
    for (const auto& [name, other] : exchange) names.push_back(name);
    Answers answers;
    Measured measured;
    for (Request request : asked.requests) {
      for (std::vector<Sample>* const samples : {&request.trained, &request.evaluated}) {
        for_each_text(*samples,
                      [&](std::string& text) { text = renamed(text, names, exchange); });
      }
      Matrix& matrix = answers[request.name] =
          Matrix(ids_of(request.trained), ids_of(request.evaluated));
      if (request.cells == Cells::kDistance) {
        for (size_t i = 0; i < matrix.rows() * matrix.columns(); ++i) {
          matrix.at(i / matrix.columns(), i % matrix.columns()) =
              1 + 0.01 * static_cast<double>(i * 13 % 31);
        }
        continue;
      }
      const HashedRequest asked_for = hashed(request);
      Measurement measurement;
      EXPECT_TRUE(measurement.add(asked_for).ok());
      const absl::Status status = measurement.run([&](const WantedCells& wanted) {
        return engine.measure(*model_, wanted, {.learning_rate = rate}, unwatched());
      });
      EXPECT_TRUE(status.ok()) << status;
      matrix = measurement.answer(asked_for);
      for (const double cell : matrix.values()) {
        if (std::isfinite(cell)) measured.largest_cell = std::max(measured.largest_cell, std::abs(cell));
      }
    }
    measured.effects = asked.desideratum->score(draw_, answers).value().effects;
    return measured;
  }

  // Which of the effects turn their sign when some two names change places, to `rounding`.
  std::set<std::string> turning(const Asked& asked, const Effects& before, double rounding,
                                const Engine& engine, double rate) const {
    std::set<std::string> turning;
    Request all;
    for (const Request& request : asked.requests) {
      all.trained.insert(all.trained.end(), request.trained.begin(), request.trained.end());
    }
    const std::vector<std::string> names = names_of(draw_, all).value();
    for (size_t a = 0; a < names.size(); ++a) {
      for (size_t b = a + 1; b < names.size(); ++b) {
        NewNames exchange;
        for (const std::string& name : names) exchange[name] = name;
        std::swap(exchange[names[a]], exchange[names[b]]);
        for (const auto& [id, effect] : measure(asked, engine, rate, exchange).effects) {
          if (std::abs(effect + before.at(id)) <= rounding) turning.insert(id);
        }
      }
    }
    return turning;
  }

  const std::unique_ptr<Model> model_ = text_models().front().load();
  DigitSource digits_{"no digits"};
  const DrawSettings settings_;
  const SeededDraw draw_{0, Modality::kText, digits_, settings_};
  std::vector<Asked> asked_;
};

// So small that the third order is a hundredth of the second, and so large that the second is not
// rounding.
constexpr double kRate = 1e-5;

bool is_about_exchange(const std::string& reason) {
  return reason.find("change places") != std::string::npos;
}

TEST_F(DecidedByRegimeOfEveryDesideratum, FirstOrderSaysSo) {
  size_t constant = 0, turned = 0, open = 0;
  for (const Asked& asked : asked_) {
    const std::map<std::string, std::string> reasons = decided(asked);
    const LinearEngine engine;
    const Measured once = measure(asked, engine, kRate), twice = measure(asked, engine, 2 * kRate);
    const double rounding = kExact * twice.largest_cell;
    const bool has_exchanges = std::any_of(reasons.begin(), reasons.end(), [](const auto& reason) {
      return is_about_exchange(reason.second);
    });
    std::set<std::string> turning_in_linear;
    if (has_exchanges) turning_in_linear = turning(asked, once.effects, rounding, engine, kRate);
    for (const auto& [id, effect] : once.effects) {
      const auto reason = reasons.find(id);
      if (reason == reasons.end()) {
        // It may be 0 in this model, or no number.
        if (std::abs(effect) > rounding) ++open;
      } else if (is_about_exchange(reason->second)) {
        ++turned;
        EXPECT_TRUE(turning_in_linear.contains(id)) << asked.id << " " << id;
      } else {
        ++constant;
        EXPECT_NEAR(effect, twice.effects.at(id), rounding) << asked.id << " " << id << " is no constant";
      }
    }
  }
  EXPECT_GT(constant, 0u);
  EXPECT_GT(turned, 0u);
  EXPECT_GT(open, 0u);
}

// What is left is of second order: half the rate leaves a quarter of it, or less.
TEST_F(DecidedByRegimeOfEveryDesideratum, WhatIsLeftIsOfSecondOrder) {
  size_t compared = 0;
  for (const Asked& asked : asked_) {
    const ReplayEngine engine;
    const Measured whole = measure(asked, engine, kRate), half = measure(asked, engine, kRate / 2);
    for (const auto& [id, reason] : decided(asked)) {
      if (is_about_exchange(reason)) continue;
      const double left = std::abs(whole.effects.at(id));
      const double left_at_half = std::abs(half.effects.at(id));
      // A twentieth for the orders above it, and no less for rounding.
      if (!(left > 20 * kExact * whole.largest_cell)) continue;
      ++compared;
      EXPECT_LT(left_at_half, 0.25 * 1.05 * left) << asked.id << " " << id;
    }
  }
  EXPECT_GT(compared, 0u);
}

}  // namespace
}  // namespace eif
