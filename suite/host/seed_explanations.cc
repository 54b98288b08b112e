#include "suite/host/seed_explanations.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "suite/engine/evaluation.h"
#include "suite/engine/explain.h"
#include "suite/engine/memory.h"
#include "suite/host/token_pieces.h"

namespace eif {
namespace {

constexpr uint64_t kCellBytes = 8;

// Where each content stands among the samples.
std::map<std::string, size_t> places_of(const std::vector<Sample>& samples) {
  std::map<std::string, size_t> places;
  for (size_t i = 0; i < samples.size(); ++i) places.emplace(content_hash(samples[i]), i);
  return places;
}

size_t most_statements(const HashedRequest& request) {
  size_t most = 1;
  for (const Sample& sample : request.request.trained) {
    most = std::max(most, sample.statements.size());
  }
  return most;
}

// One request's part of what was explained for several.
class Part {
 public:
  Part(const WantedCells& whole, const HashedRequest& hashed)
      : hashed_(hashed), rows_(places_of(whole.trained)), columns_(places_of(whole.evaluated)) {}

  // The cells that it asks for; the others are NaN.
  Matrix cells_of(const Matrix& whole) const {
    const Request& request = hashed_.request;
    Matrix part(ids_of(request.trained), ids_of(request.evaluated));
    for (size_t row = 0; row < part.rows(); ++row) {
      for (size_t column = 0; column < part.columns(); ++column) {
        if (!asks_for(row, column)) continue;
        part.at(row, column) =
            whole.at(rows_.at(hashed_.trained[row]), columns_.at(hashed_.evaluated[column]));
      }
    }
    return part;
  }

  std::vector<InfluenceShare> shares_of(const std::vector<InfluenceShare>& whole) const {
    std::vector<InfluenceShare> part;
    for (const InfluenceShare& share : whole)
      part.push_back({share.name, cells_of(share.influence)});
    return part;
  }

  // The tokens of its columns, in the order of those.
  void add_tokens(const Explanation& whole, Explanation& part) const {
    std::vector<size_t> tokens;  // of the whole
    std::vector<std::string> ids;
    for (size_t column = 0; column < hashed_.evaluated.size(); ++column) {
      const auto place = columns_.find(hashed_.evaluated[column]);
      for (size_t i = 0; place != columns_.end() && i < whole.tokens.size(); ++i) {
        if (whole.tokens[i].column != place->second) continue;
        tokens.push_back(i);
        ids.push_back(absl::StrCat(ids.size()));
        part.tokens.push_back(whole.tokens[i]);
        part.tokens.back().column = column;
      }
    }
    part.token_influence = Matrix(ids_of(hashed_.request.trained), ids);
    for (size_t i = 0; i < tokens.size(); ++i) {
      part.token_influence.base()[i] = whole.token_influence.base()[tokens[i]];
      for (size_t row = 0; row < hashed_.trained.size(); ++row) {
        if (!asks_for(row, part.tokens[i].column)) continue;
        part.token_influence.at(row, i) =
            whole.token_influence.at(rows_.at(hashed_.trained[row]), tokens[i]);
      }
    }
  }

 private:
  bool asks_for(size_t row, size_t column) const {
    const Request& request = hashed_.request;
    return request.asks_for({request.trained[row].id, request.evaluated[column].id});
  }

  const HashedRequest& hashed_;
  std::map<std::string, size_t> rows_, columns_;  // of the whole, by content
};

}  // namespace

SeedExplanations::SeedExplanations(Model& model, const TrainingOptions& training,
                                   const EngineLimits& limits, const TextTokenizer* tokenizer)
    : model_(model), training_(training), limits_(limits), tokenizer_(tokenizer) {}

// All pairs of rows and columns of a group cost time, whether a request asks for them or not. So a
// request joins a group that is then no larger than both apart.
void SeedExplanations::add(MatrixKey key, const HashedRequest& request) {
  Group own{.asked = {{std::move(key), &request}},
            .rows = {request.trained.begin(), request.trained.end()},
            .columns = {request.evaluated.begin(), request.evaluated.end()}};
  for (Group& group : groups_) {
    Group joined = group;
    joined.rows.insert(own.rows.begin(), own.rows.end());
    joined.columns.insert(own.columns.begin(), own.columns.end());
    if (joined.cells() > group.cells() + own.cells()) continue;
    joined.asked.push_back(own.asked.front());
    group = std::move(joined);
    return;
  }
  groups_.push_back(std::move(own));
}

// Parts of each cell and of each product of two statements, layers and kinds, as `linear` has them
// at once.
uint64_t SeedExplanations::bytes_of(const Group& group) const {
  size_t statements = 1;
  for (const Asked& asked : group.asked) {
    statements = std::max(statements, most_statements(*asked.request));
  }
  const uint64_t parts = parts_of(model_);
  return group.cells() * kCellBytes * (1 + parts * (2 + statements));
}

absl::Status SeedExplanations::check_fits() const {
  const auto available = static_cast<uint64_t>(WorkLimits{
      .memory_bytes =
          limits_.memory_bytes > 0 ? std::optional<int64_t>(limits_.memory_bytes) : std::nullopt}
                                                   .bytes(at::kCPU));
  for (const Group& group : groups_) {
    const uint64_t bytes = bytes_of(group);
    if (bytes <= available) continue;
    return absl::InvalidArgumentError(absl::StrFormat(
        "--explain of %s: %d × %d samples in %d parts of the model would take %.3g GB, and %.3g GB "
        "may be taken (--memory, or half of what is free); name fewer desiderata, or smaller ones",
        group.asked.front().key.desideratum, group.rows.size(), group.columns.size(),
        parts_of(model_), static_cast<double>(bytes) / 1e9, static_cast<double>(available) / 1e9));
  }
  return absl::OkStatus();
}

absl::StatusOr<WantedCells> SeedExplanations::wanted_of(const Group& group) {
  Measurement measurement;
  for (const Asked& asked : group.asked) {
    if (absl::Status status = measurement.add(*asked.request); !status.ok()) return status;
  }
  return measurement.wanted_cells();
}

absl::StatusOr<std::vector<WantedCells>> SeedExplanations::wanted() const {
  std::vector<WantedCells> all;
  for (const Group& group : groups_) {
    absl::StatusOr<WantedCells> wanted = wanted_of(group);
    if (!wanted.ok()) return wanted.status();
    all.push_back(*std::move(wanted));
  }
  return all;
}

absl::StatusOr<std::map<MatrixKey, Explanation>> SeedExplanations::measure(Monitor& monitor) const {
  std::map<MatrixKey, Explanation> made;
  for (const Group& group : groups_) {
    if (absl::Status status = explain_group(group, made, monitor); !status.ok()) return status;
  }
  return made;
}

absl::Status SeedExplanations::explain_group(const Group& group,
                                             std::map<MatrixKey, Explanation>& made,
                                             Monitor& monitor) const {
  const absl::StatusOr<WantedCells> wanted = wanted_of(group);
  if (!wanted.ok()) return wanted.status();
  absl::StatusOr<Explanation> whole = explain(model_, *wanted, training_, limits_, monitor);
  if (!whole.ok()) return whole.status();
  if (tokenizer_ != nullptr) {
    const absl::Status spelled = spell_tokens(*tokenizer_, wanted->evaluated, *whole);
    if (!spelled.ok()) return spelled;
  }
  for (const Asked& asked : group.asked) {
    const Part part(*wanted, *asked.request);
    Explanation& one = made[asked.key];
    one.first_order = part.cells_of(whole->first_order);
    one.layers = part.shares_of(whole->layers);
    one.kinds = part.shares_of(whole->kinds);
    if (!whole->tokens.empty()) part.add_tokens(*whole, one);
  }
  return absl::OkStatus();
}

}  // namespace eif
