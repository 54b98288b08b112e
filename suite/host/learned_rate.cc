#include "suite/host/learned_rate.h"

#include <algorithm>
#include <cmath>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "eif/statistics.h"
#include "suite/core/dose.h"
#include "suite/host/auto_rate.h"
#include "suite/host/guard.h"
#include "suite/host/learned_answers.h"

namespace eif {
namespace {

// As auto_rate.cc's.
constexpr int kRule = 1;

std::map<std::string, Sample> by_content(const std::vector<Sample>& samples) {
  std::map<std::string, Sample> contents;
  for (const Sample& sample : samples) contents.emplace(content_hash(sample), sample);
  return contents;
}

// In which pass, up to the share, a sample's loss does not fall; empty where in none.
std::string rise_of(const LearningCurve& curve, const LearnedEnough& enough) {
  if (!curve.error.empty()) return curve.error;
  double before = mean(curve.before);
  for (int passes = 1; passes <= curve.passes_to(enough.share).value_or(curve.passes()); ++passes) {
    const double after = mean(curve.after[static_cast<size_t>(passes - 1)]);
    if (!(after < before)) {
      return absl::StrFormat("its loss rises from %.3g to %.3g in pass %d", before, after, passes);
    }
    before = after;
  }
  return "";
}

// Empty where the sample got so far.
std::string shortfall_of(const LearningCurve& curve, const LearnedEnough& enough) {
  if (curve.passes_to(enough.share)) return "";
  return absl::StrFormat("it has learned a share of %.2g in %d passes",
                         curve.share(enough.max_passes), enough.max_passes);
}

// Why a sample is not learned calmly, the first of them; empty where all are.
std::string why_not(const std::vector<Sample>& samples, const LearningCurves& curves,
                    const LearnedEnough& enough) {
  for (const auto& reason_of : {rise_of, shortfall_of}) {
    for (const Sample& sample : samples) {
      const std::string reason = reason_of(curves.at(content_hash(sample)), enough);
      if (!reason.empty()) return absl::StrCat("of sample ", sample.id, ": ", reason);
    }
  }
  return "";
}

// The samples among themselves, each after the passes that it needs.
class SelfMatrix {
 public:
  SelfMatrix(const std::vector<Sample>& samples, const Measurement::Chosen& passes)
      : request_(hashed({.name = "rate", .domain = "rate", .trained = samples,
                         .evaluated = samples})),
        chosen_(passes) {
    for (const auto& [content, count] : passes) passes_[content] = {count};
  }

  absl::StatusOr<Matrix> measure(Model& model, const Engine& engine,
                                 const TrainingOptions& options, Monitor& monitor) const {
    Measurement measurement;
    if (absl::Status status = measurement.add(request_); !status.ok()) return status;
    const absl::Status status = measurement.run(
        [&](const WantedCells& wanted) { return engine.measure(model, wanted, options, monitor); },
        passes_);
    if (!status.ok()) return status;
    return measurement.answer(request_, chosen_);
  }

 private:
  HashedRequest request_;
  Measurement::Chosen chosen_;
  Measurement::Passes passes_;
};

double largest_difference(const Matrix& a, const Matrix& b) {
  double largest = 0;
  for (size_t i = 0; i < a.values().size(); ++i) {
    const double difference = std::abs(a.values()[i] - b.values()[i]);
    if (std::isnan(difference)) return difference;
    largest = std::max(largest, difference);
  }
  return largest;
}

std::filesystem::path entry_of(Model& model, const Engine& engine,
                               const std::vector<Sample>& samples, const TrainingOptions& training,
                               const LearnedEnough& enough) {
  return rate_entry(model, engine, samples, training,
                    absl::StrFormat("learned %d, %g in %d", kRule, enough.share, enough.max_passes));
}

std::string reason_of(double rate, const Calm& calm, const LearnedEnough& enough,
                      const std::string& larger) {
  return absl::StrFormat(
      "learned: the largest calm rate of the sweep: %d to %d passes to a share of %g, two roundings "
      "differ by %.2g of a self scale of %.3g; %s",
      calm.fewest_passes, calm.most_passes, enough.share, calm.noise, calm.self_scale,
      larger.empty() ? absl::StrFormat("nothing larger than %g is tried", rate) : larger);
}

}  // namespace

std::vector<double> learned_rates(const TrainingOptions& training) {
  // AdamW moves each weight by about the rate; an adapter's weights are few and small.
  const bool is_lora = training.adapter != Adapter::kNone;
  const int largest = (training.optimizer == Optimizer::kAdamW ? -3 : 0) + (is_lora ? 1 : 0);
  constexpr int kDecades = 5;
  std::vector<double> rates;
  for (int decade = largest; decade > largest - kDecades; --decade) {
    rates.push_back(std::pow(10.0, decade));
    rates.push_back(3 * std::pow(10.0, decade - 1));
  }
  return rates;
}

absl::StatusOr<Calm> how_calm(Model& model, const Engine& engine, const Engine& other_rounding,
                              const std::vector<Sample>& samples, const TrainingOptions& options,
                              const LearnedEnough& enough, Monitor& monitor) {
  Calm calm;
  const absl::StatusOr<LearningCurves> curves =
      learning_curves(model, engine, by_content(samples), options, enough, monitor,
                      // A rate at which one rises is too large, however the others go on.
                      [&](const LearningCurve& curve) { return !rise_of(curve, enough).empty(); });
  if (!curves.ok()) return curves.status();
  calm.why_not = why_not(samples, *curves, enough);
  if (!calm.why_not.empty()) return calm;
  const Measurement::Chosen passes = own_passes(*curves, enough.share, enough.max_passes);
  calm.fewest_passes = enough.max_passes;
  for (const auto& [content, count] : passes) {
    calm.fewest_passes = std::min(calm.fewest_passes, count);
    calm.most_passes = std::max(calm.most_passes, count);
  }
  const SelfMatrix matrix(samples, passes);
  const absl::StatusOr<Matrix> one = matrix.measure(model, engine, options, monitor);
  if (!one.ok()) return one.status();
  const absl::StatusOr<Matrix> other = matrix.measure(model, other_rounding, options, monitor);
  if (!other.ok()) return other.status();
  std::vector<double> diagonal;
  for (size_t i = 0; i < samples.size(); ++i) diagonal.push_back(one->at(i, i));
  calm.self_scale = median(diagonal);
  calm.noise = largest_difference(*one, *other);
  calm.is_calm = calm.noise < kMostRounding * calm.self_scale;
  if (!calm.is_calm) {
    calm.why_not = absl::StrFormat("two roundings differ by %.2g, and the self scale is %.2g",
                                   calm.noise, calm.self_scale);
  }
  return calm;
}

absl::StatusOr<std::optional<ChosenRate>> kept_learned_rate(Model& model, const Engine& engine,
                                                            const TrainingOptions& training,
                                                            const LearnedEnough& enough,
                                                            DigitSource& digits) {
  const absl::StatusOr<std::vector<Sample>> samples = calibration_texts(digits);
  if (!samples.ok()) return samples.status();
  return read_rate(entry_of(model, engine, *samples, training, enough));
}

absl::StatusOr<ChosenRate> learned_learning_rate(Model& model, const Engine& engine,
                                                 const Engine& other_rounding,
                                                 const TrainingOptions& training,
                                                 const LearnedEnough& enough, DigitSource& digits,
                                                 Monitor& monitor) {
  const std::string& name = model.info().name;
  const absl::StatusOr<std::vector<Sample>> samples = calibration_texts(digits);
  if (!samples.ok()) return samples.status();
  const std::filesystem::path entry = entry_of(model, engine, *samples, training, enough);
  const auto announce = [&](const ChosenRate& rate, const std::string& more) {
    monitor.announce(absl::StrFormat("%s: learning rate %g of learned doses (%s)%s", name,
                                     rate.learning_rate, rate.reason, more));
  };
  if (const std::optional<ChosenRate> kept = read_rate(entry)) {
    announce(*kept, absl::StrCat(", kept in ", entry.string()));
    return *kept;
  }
  monitor.announce(
      absl::StrCat("looking for the learning rate of learned doses of ", name, ", which is then kept"));
  UncountedMonitor uncounted(monitor);
  std::string larger;  // what the last rate was too large for
  for (const double rate : learned_rates(training)) {
    TrainingOptions options = training;
    options.learning_rate = rate;
    const absl::StatusOr<Calm> calm = guarded(absl::StrCat(name, ", learning rate"), [&] {
      return how_calm(model, engine, other_rounding, *samples, options, enough, uncounted);
    });
    if (!calm.ok()) return calm.status();
    if (monitor.stopping()) return absl::CancelledError("interrupted");
    if (!calm->is_calm) {
      larger = absl::StrFormat("at %g, %s", rate, calm->why_not);
      continue;
    }
    const ChosenRate chosen{rate, reason_of(rate, *calm, enough, larger), calm->noise};
    announce(chosen, "");
    if (absl::Status written = write_rate(entry, model.info(), chosen); !written.ok()) {
      monitor.announce(absl::StrCat("not kept: ", std::string(written.message())));
    }
    return chosen;
  }
  return absl::FailedPreconditionError(absl::StrCat(
      name, ", --dose ", dose_name(enough.share), ": no rate of the sweep is calm; ", larger,
      "; another --optimizer, a smaller dose or more --max-passes may help, or --lr says which"));
}

}  // namespace eif
