#include "suite/host/work.h"

#include <map>
#include <set>
#include <vector>

#include "suite/engine/batching.h"
#include "suite/engine/encoded_samples.h"
#include "suite/engine/evaluation.h"

namespace eif {
namespace {

constexpr double kUnitsOfTraining = 3;

int64_t tokens_of(const EncodedSample& sample) { return sample.ok() ? token_count(*sample) : 0; }

// The columns of a measurement, encoded once.
class Columns {
 public:
  Columns(Model& model, const WantedCells& wanted)
      : device_(device_of(model)), encoded_(encode_samples(model, wanted.evaluated)) {}

  double positions() const { return positions_of(pointers_to(encoded_)); }
  double positions(const std::vector<size_t>& columns) const {
    return positions_of(pointers_to(encoded_, columns));
  }
  int64_t tokens(const std::vector<size_t>& columns) const {
    int64_t tokens = 0;
    for (const size_t column : columns) tokens += tokens_of(encoded_[column]);
    return tokens;
  }
  int64_t tokens() const {
    int64_t tokens = 0;
    for (const EncodedSample& sample : encoded_) tokens += tokens_of(sample);
    return tokens;
  }

 private:
  double positions_of(const std::vector<const EncodedSample*>& samples) const {
    return static_cast<double>(Evaluation::prepare(device_, samples).positions());
  }

  at::Device device_;
  EncodedSamples encoded_;
};

// Adds each row: it trains on or reads its own tokens `times`, and takes
// units_of(own tokens, positions of its columns).
template <typename UnitsOf>
void add_rows(Model& model, const WantedCells& wanted, const Columns& columns, int times,
              const UnitsOf& units_of, Work& work) {
  for (const CellBlock& block : wanted.blocks) {
    const double positions = columns.positions(block.columns);
    const int64_t evaluated = columns.tokens(block.columns);
    for (const size_t row : block.rows) {
      const int64_t own = tokens_of(encode_sample(model, wanted.trained[row]));
      ++work.rows;
      work.tokens += own * times + evaluated;
      work.units += units_of(static_cast<double>(own), positions);
    }
  }
}

// What is evaluated after neutral texts: each column once for each length that some row has.
double neutral_units(Model& model, const WantedCells& wanted, const Columns& columns) {
  std::map<int64_t, std::set<size_t>> by_length;
  for (const CellBlock& block : wanted.blocks) {
    for (const size_t row : block.rows) {
      const int64_t own = tokens_of(encode_sample(model, wanted.trained[row]));
      by_length[own].insert(block.columns.begin(), block.columns.end());
    }
  }
  double units = 0;
  for (const auto& [length, of_length] : by_length) {
    units += static_cast<double>(length) +
             columns.positions(std::vector<size_t>(of_length.begin(), of_length.end()));
  }
  return units;
}

}  // namespace

Work& Work::operator+=(const Work& other) {
  calls += other.calls;
  rows += other.rows;
  tokens += other.tokens;
  units += other.units;
  return *this;
}

Work fine_tuning_work(Model& model, const WantedCells& wanted, int epochs) {
  const Columns columns(model, wanted);
  Work work{.calls = 1, .units = columns.positions()};
  add_rows(
      model, wanted, columns, epochs,
      [&](double own, double evaluated) { return kUnitsOfTraining * own * epochs + evaluated; },
      work);
  return work;
}

Work explanation_work(Model& model, const WantedCells& wanted, int epochs) {
  Work work = fine_tuning_work(model, wanted, epochs);
  work.rows = 0;  // they were trained on already, and so were their tokens
  work.tokens = 0;
  work.units += kUnitsOfTraining * Columns(model, wanted).positions();
  return work;
}

Work in_context_work(Model& model, const WantedCells& wanted, bool has_neutral_base) {
  const Columns columns(model, wanted);
  Work work{.calls = 1};
  add_rows(
      model, wanted, columns, 1, [](double own, double evaluated) { return own + evaluated; },
      work);
  if (has_neutral_base) work.units += neutral_units(model, wanted, columns);
  return work;
}

Work distance_work(Model& model, const WantedCells& wanted) {
  if (wanted.trained.empty()) return {};
  Work work{.calls = 1, .units = static_cast<double>(Columns(model, wanted).tokens())};
  for (const Sample& sample : wanted.trained) {
    work.units += static_cast<double>(tokens_of(encode_sample(model, sample)));
  }
  return work;
}

Work most_learning_work(Model& model, const WantedCells& wanted, int max_passes,
                        const Engine& engine) {
  // The last training is measured. Before, it is seen how a sample is learned: by an engine that
  // goes on with a row in one training, and in rounds by two at most. Few rows go on because one
  // that they are compared with fell back, and none of the others takes nearly as many passes as it
  // may.
  const int trainings = engine.pass_by_pass() != nullptr ? 2 : 3;
  const Columns columns(model, wanted);
  Work work{.calls = 2, .units = columns.positions()};
  for (const CellBlock& block : wanted.blocks) {
    const double positions = columns.positions(block.columns);
    const int64_t evaluated = columns.tokens(block.columns);
    for (const size_t row : block.rows) {
      const int64_t own = tokens_of(encode_sample(model, wanted.trained[row]));
      const double trained = kUnitsOfTraining * static_cast<double>(own);
      work.rows += static_cast<size_t>(max_passes);
      work.tokens += max_passes * (trainings * own + own + evaluated);
      work.units += max_passes * (trainings * trained + static_cast<double>(own) + positions);
    }
  }
  return work;
}

}  // namespace eif
