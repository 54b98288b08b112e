#include "suite/host/seed_schedule.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "suite/core/dose.h"
#include "suite/host/duration_text.h"

namespace eif {
namespace {

std::string seeds_text(size_t seeds) {
  return absl::StrCat(seeds, seeds == 1 ? " seed" : " seeds");
}

// What will hold nobody knows: all of it, at most.
size_t models_of(const RunPlan& plan) { return plan.request.has_beside() ? 2 : 1; }

}  // namespace

size_t seeds_that_fit(double seconds_left, const SeedTime& time) {
  // In all, in measurements of one seed.
  const double fit = seconds_left / time.per_seed + static_cast<double>(time.done);
  const auto models = static_cast<double>(time.models);
  const auto again = static_cast<double>(time.measured_again);
  const double seeds = fit < again * (models + 1) ? fit / (models + 1) : (fit - again) / models;
  return seeds > 0 ? static_cast<size_t>(std::floor(seeds)) : 0;
}

SeedSchedule::SeedSchedule(const RunPlan& plan, Monitor& monitor)
    : plan_(plan),
      monitor_(monitor),
      seeds_(plan.request.seeds),
      is_decided_(!plan.budget_seconds.has_value()) {
  if (!is_decided_) seeds_.resize(1);
}

double SeedSchedule::seconds_left() const {
  const std::chrono::duration<double> gone = std::chrono::steady_clock::now() - begin_;
  return *plan_.budget_seconds - gone.count();
}

void SeedSchedule::begin(const RunResult* earlier_run, const ModelContext* earlier_model,
                         const std::function<absl::StatusOr<SeedCost>()>& cost) {
  if (is_decided_) return;
  if (earlier_model != nullptr && !earlier_model->seeds.empty()) {
    const size_t done = earlier_model->seeds.size();
    if (earlier_run->end != RunEnd::kComplete && earlier_run->request.seeds.size() >= done) {
      seeds_ = earlier_run->request.seeds;
      is_decided_ = true;
      monitor_.announce(
          absl::StrCat(seeds_text(seeds_.size()), ", as was decided when this run was begun"));
    } else {
      decide(earlier_model->measure_seconds / static_cast<double>(done), done);
    }
    return;
  }
  const absl::StatusOr<SeedCost> one = cost();
  if (!one.ok() || one->seconds <= 0) return;
  const size_t fit = std::min(
      seeds_that_fit(seconds_left(), {.per_seed = one->seconds,
                                      .models = models_of(plan_),
                                      .measured_again = seeds_along_slower_path(plan_.request)}),
      plan_.request.seeds.size());
  const bool is_most = one->is_upper_bound;
  const char* const seeds_are = is_most ? "at least " : "about ";
  const char* const takes = is_most ? "at most " : "about ";
  monitor_.announce(absl::StrCat(seeds_are, seeds_text(fit), fit == 1 ? " fits into " : " fit into ",
                                 duration_text(*plan_.budget_seconds), ": one takes ", takes,
                                 duration_text(one->seconds)));
}

void SeedSchedule::know(double seconds, size_t done) {
  if (!is_decided_) {
    decide(seconds, done);
    return;
  }
  // Of small steps the rows that are left tell it (Monitor::rows).
  const size_t others = seeds_.size() - done;
  if (others == 0 || learned_shares(plan_.request.doses).empty()) return;
  const size_t slower = std::min(seeds_along_slower_path(plan_.request), seeds_.size());
  monitor_.announce(absl::StrCat(
      "a seed took ", duration_text(seconds), ": about ",
      duration_text(seconds * static_cast<double>(others)), " for the other ", others,
      slower > 0 ? absl::StrCat(", and more for ", seeds_text(slower), " along a third of the rate")
                 : ""));
}

void SeedSchedule::decide(double seconds, size_t done) {
  is_decided_ = true;
  const double left = seconds_left();
  const size_t fit =
      seeds_that_fit(left, {.per_seed = seconds,
                            .done = done,
                            .models = models_of(plan_),
                            .measured_again = seeds_along_slower_path(plan_.request)});
  const size_t all = plan_.request.seeds.size();
  const size_t count = std::min(std::max(fit, done), all);
  seeds_.assign(plan_.request.seeds.begin(),
                plan_.request.seeds.begin() + static_cast<std::ptrdiff_t>(count));
  monitor_.announce(absl::StrCat(seeds_text(count), ": one took ", duration_text(seconds), ", and ",
                                 left > 0 ? duration_text(left) : "nothing", " of ",
                                 duration_text(*plan_.budget_seconds), " is left"));
}

}  // namespace eif
