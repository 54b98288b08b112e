#include "suite/engine/batching.h"

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <utility>

namespace eif {
namespace {

// A batch with fewer tokens does not fill a processor: padding a few more is cheaper.
constexpr int64_t kFullBatchTokens = 96;
// More padding than this share of a batch is not worth having one batch fewer.
constexpr double kPaddingAllowed = 0.1;

ImageBatch make_image_batch(const std::vector<const Example*>& examples, at::Device device) {
  std::vector<at::Tensor> pixels;
  std::vector<int64_t> labels;
  for (const Example* example : examples) {
    const auto& image = std::get<ImageExample>(*example);
    pixels.push_back(image.pixels);
    labels.push_back(image.label);
  }
  return {at::stack(pixels).unsqueeze(0).to(device),
          at::tensor(labels, at::kLong).unsqueeze(0).to(device)};
}

// One row of a batch: a forest of token nodes, which grows statement by statement.
class Forest {
 public:
  explicit Forest(SharePrefixes share_prefixes) : share_prefixes_(share_prefixes) {}

  void add(const TextExample& example) {
    int64_t node = kNoParent;
    // The last token is only ever a target.
    for (size_t position = 0; position + 1 < example.ids.size(); ++position) {
      node = child(node, example.ids[position], static_cast<int64_t>(position));
      if (static_cast<int64_t>(position) + 1 >= example.first_scored) {
        slots.push_back(slot_of(node));
        targets.push_back(example.ids[position + 1]);
        statements.push_back(statement_count);
      }
    }
    ++statement_count;
  }

  // Where each of `nodes` nodes, of which those behind the last are padding, stands in a walk that
  // visits a node before its children and them before all others, and where the walk leaves what
  // hangs on it: k is q or an ancestor of q exactly where enter[k] ≤ enter[q] < leave[k].
  struct Walk {
    std::vector<int64_t> enter, leave;
  };
  Walk walk(int64_t nodes) const {
    // A parent stands before its children.
    std::vector<int64_t> sizes(static_cast<size_t>(nodes), 1);
    for (size_t node = parents_.size(); node-- > 0;) {
      if (parents_[node] != kNoParent) sizes[static_cast<size_t>(parents_[node])] += sizes[node];
    }
    Walk walk{std::vector<int64_t>(sizes.size()), std::vector<int64_t>(sizes.size())};
    std::vector<int64_t> next_child(sizes.size());  // where the walk enters it
    int64_t next_root = 0;
    for (size_t node = 0; node < sizes.size(); ++node) {
      const bool is_root = node >= parents_.size() || parents_[node] == kNoParent;
      int64_t& next = is_root ? next_root : next_child[static_cast<size_t>(parents_[node])];
      walk.enter[node] = next;
      walk.leave[node] = next + sizes[node];
      next_child[node] = next + 1;
      next += sizes[node];
    }
    return walk;
  }

  // As in TokenBatch.
  std::vector<int64_t> ids, positions;
  std::vector<int64_t> scored_nodes;
  std::vector<int64_t> slots, targets, statements;
  int64_t statement_count = 0;

 private:
  static constexpr int64_t kNoParent = -1;

  int64_t child(int64_t parent, int64_t id, int64_t position) {
    const auto next = static_cast<int64_t>(ids.size());
    if (share_prefixes_ == SharePrefixes::kYes) {
      const auto [entry, is_new] = children_.try_emplace({parent, id}, next);
      if (!is_new) return entry->second;
    }
    ids.push_back(id);
    positions.push_back(position);
    parents_.push_back(parent);
    return next;
  }

  int64_t slot_of(int64_t node) {
    const auto next = static_cast<int64_t>(scored_nodes.size());
    const auto [entry, is_new] = slots_.try_emplace(node, next);
    if (is_new) scored_nodes.push_back(node);
    return entry->second;
  }

  SharePrefixes share_prefixes_;
  std::map<std::pair<int64_t, int64_t>, int64_t> children_;
  std::map<int64_t, int64_t> slots_;  // by node
  std::vector<int64_t> parents_;
};

// As TokenBatch::visible. It is the largest tensor of a batch, so it is made where it is needed,
// from two numbers a node.
at::Tensor visible_nodes(const std::vector<Forest>& rows, int64_t nodes, at::Device device) {
  std::vector<int64_t> enter, leave;
  for (const Forest& row : rows) {
    const Forest::Walk walk = row.walk(nodes);
    enter.insert(enter.end(), walk.enter.begin(), walk.enter.end());
    leave.insert(leave.end(), walk.leave.begin(), walk.leave.end());
  }
  const auto on_device = [&](const std::vector<int64_t>& numbers) {
    return at::tensor(numbers, at::kLong).view({std::ssize(rows), nodes}).to(device);
  };
  const at::Tensor entered = on_device(enter), left = on_device(leave);
  const at::Tensor seeing = entered.unsqueeze(2);
  return seeing.ge(entered.unsqueeze(1)).logical_and_(seeing.lt(left.unsqueeze(1)));
}

// Makes a batch with one row for each forest, padded to the largest.
TokenBatch make_token_batch(const std::vector<Forest>& rows, int64_t length_class,
                            at::Device device) {
  const auto padded = [&](std::vector<int64_t> Forest::* values, int64_t padding) {
    size_t longest = 0;
    for (const Forest& row : rows) longest = std::max(longest, (row.*values).size());
    std::vector<int64_t> cells;
    for (const Forest& row : rows) {
      cells.insert(cells.end(), (row.*values).begin(), (row.*values).end());
      cells.resize(cells.size() + longest - (row.*values).size(), padding);
    }
    return at::tensor(cells, at::kLong)
        .view({static_cast<int64_t>(rows.size()), static_cast<int64_t>(longest)})
        .to(device);
  };
  TokenBatch batch;
  batch.ids = padded(&Forest::ids, 0);
  batch.positions = padded(&Forest::positions, 0);
  batch.scored_nodes = padded(&Forest::scored_nodes, 0);
  batch.slots = padded(&Forest::slots, 0);
  batch.targets = padded(&Forest::targets, 0);
  batch.statements = padded(&Forest::statements, -1);
  batch.visible = visible_nodes(rows, batch.ids.size(1), device);
  for (const Forest& row : rows) {
    batch.statement_count = std::max(batch.statement_count, row.statement_count);
  }
  batch.length_class = length_class;
  return batch;
}

bool is_image(const Example& example) { return std::holds_alternative<ImageExample>(example); }

// Sorts rows of so many tokens or nodes each into batches; together(i, j) says whether two of them
// may stand in one batch.
std::vector<std::vector<int64_t>> batches_of_rows(
    const std::vector<int64_t>& sizes, const BatchLimits& limits,
    const std::function<bool(int64_t, int64_t)>& together) {
  std::vector<int64_t> order(sizes.size());
  std::iota(order.begin(), order.end(), 0);
  const auto size = [&](int64_t i) { return sizes[static_cast<size_t>(i)]; };
  std::stable_sort(order.begin(), order.end(),
                   [&](int64_t a, int64_t b) { return size(a) < size(b); });
  std::vector<std::vector<int64_t>> batches;
  int64_t tokens = 0;
  const auto takes = [&](int64_t i) {
    if (batches.empty() || !together(batches.back().front(), i)) return false;
    const auto rows = static_cast<int64_t>(batches.back().size());
    const int64_t padded = (rows + 1) * size(i);
    if (rows + 1 > limits.examples || padded > limits.tokens) return false;
    const auto padding = static_cast<double>(rows * size(i) - tokens);
    return tokens < kFullBatchTokens || padding <= kPaddingAllowed * static_cast<double>(padded);
  };
  for (const int64_t i : order) {
    if (!takes(i)) {
      batches.emplace_back();
      tokens = 0;
    }
    batches.back().push_back(i);
    tokens += size(i);
  }
  for (std::vector<int64_t>& batch : batches) std::sort(batch.begin(), batch.end());
  return batches;
}

}  // namespace

Batch make_batch(const std::vector<const Example*>& examples, at::Device device,
                 SharePrefixes share_prefixes) {
  if (is_image(*examples.front())) return make_image_batch(examples, device);
  return make_forest_batch({examples}, device, share_prefixes);
}

Batch make_forest_batch(const std::vector<std::vector<const Example*>>& forests, at::Device device,
                        SharePrefixes share_prefixes) {
  std::vector<Forest> rows;
  for (const std::vector<const Example*>& examples : forests) {
    Forest& row = rows.emplace_back(share_prefixes);
    for (const Example* example : examples) row.add(std::get<TextExample>(*example));
  }
  const auto& first = std::get<TextExample>(*forests.front().front());
  return make_token_batch(rows, first.length_class, device);
}

Batch make_row_batch(const std::vector<const Example*>& examples, at::Device device) {
  if (is_image(*examples.front())) {
    const ImageBatch batch = make_image_batch(examples, device);
    return ImageBatch{batch.pixels.transpose(0, 1), batch.labels.transpose(0, 1)};
  }
  std::vector<std::vector<const Example*>> forests;
  for (const Example* example : examples) forests.push_back({example});
  return make_forest_batch(forests, device);
}

int64_t token_count(const Example& example) {
  const auto* text = std::get_if<TextExample>(&example);
  return text == nullptr ? 1 : static_cast<int64_t>(text->ids.size());
}

int64_t token_count(const std::vector<Example>& examples) {
  int64_t tokens = 0;
  for (const Example& example : examples) tokens += token_count(example);
  return tokens;
}

int64_t scored_tokens(const Example& example) {
  const auto* text = std::get_if<TextExample>(&example);
  if (text == nullptr) return 1;
  return std::max<int64_t>(0, static_cast<int64_t>(text->ids.size()) - text->first_scored);
}

bool batch_together(const Example& a, const Example& b) {
  const auto* text_a = std::get_if<TextExample>(&a);
  const auto* text_b = std::get_if<TextExample>(&b);
  if (text_a == nullptr || text_b == nullptr) return text_a == text_b;
  return text_a->length_class == text_b->length_class;
}

std::vector<std::vector<int64_t>> batches_of_similar_length(
    const std::vector<const Example*>& examples, const BatchLimits& limits) {
  std::vector<int64_t> sizes;
  for (const Example* example : examples) sizes.push_back(token_count(*example));
  return batches_of_rows(sizes, limits, [&](int64_t a, int64_t b) {
    return batch_together(*examples[static_cast<size_t>(a)], *examples[static_cast<size_t>(b)]);
  });
}

std::vector<std::vector<int64_t>> batches_of_similar_size(const std::vector<int64_t>& sizes,
                                                          const BatchLimits& limits) {
  return batches_of_rows(sizes, limits, [](int64_t, int64_t) { return true; });
}

}  // namespace eif
