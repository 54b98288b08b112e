#include "suite/engine/batching.h"

#include <algorithm>
#include <map>
#include <utility>

namespace eif {
namespace {

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

// Grows a forest of token nodes, statement by statement.
class ForestBuilder {
 public:
  explicit ForestBuilder(SharePrefixes share_prefixes) : share_prefixes_(share_prefixes) {}

  void add(const TextExample& example) {
    int64_t node = kNoParent;
    // The last token is only ever a target.
    for (size_t position = 0; position + 1 < example.ids.size(); ++position) {
      node = child(node, example.ids[position], static_cast<int64_t>(position));
      if (static_cast<int64_t>(position) + 1 >= example.first_scored) {
        predicting_nodes_.push_back(node);
        targets_.push_back(example.ids[position + 1]);
        statements_.push_back(statement_count_);
      }
    }
    ++statement_count_;
  }

  TokenBatch build(int64_t length_class, at::Device device) const {
    const auto row = [&](const std::vector<int64_t>& values) {
      return at::tensor(values, at::kLong).unsqueeze(0).to(device);
    };
    TokenBatch batch;
    batch.ids = row(ids_);
    batch.positions = row(positions_);
    batch.visible = visible().unsqueeze(0).to(device);
    batch.nodes = row(predicting_nodes_);
    batch.targets = row(targets_);
    batch.statements = row(statements_);
    batch.statement_count = statement_count_;
    batch.length_class = length_class;
    return batch;
  }

 private:
  static constexpr int64_t kNoParent = -1;

  int64_t child(int64_t parent, int64_t id, int64_t position) {
    const auto next = static_cast<int64_t>(ids_.size());
    if (share_prefixes_ == SharePrefixes::kYes) {
      const auto [entry, is_new] = children_.try_emplace({parent, id}, next);
      if (!is_new) return entry->second;
    }
    ids_.push_back(id);
    positions_.push_back(position);
    parents_.push_back(parent);
    return next;
  }

  // (N, N). A parent stands before its children, so its row is complete when theirs is made.
  at::Tensor visible() const {
    const auto count = static_cast<int64_t>(ids_.size());
    at::Tensor result = at::zeros({count, count}, at::kBool);
    bool* cells = result.mutable_data_ptr<bool>();
    for (int64_t node = 0; node < count; ++node) {
      const int64_t parent = parents_[static_cast<size_t>(node)];
      if (parent != kNoParent) {
        std::copy_n(cells + parent * count, parent + 1, cells + node * count);
      }
      cells[node * count + node] = true;
    }
    return result;
  }

  SharePrefixes share_prefixes_;
  std::map<std::pair<int64_t, int64_t>, int64_t> children_;
  std::vector<int64_t> ids_, positions_, parents_;
  std::vector<int64_t> predicting_nodes_, targets_, statements_;
  int64_t statement_count_ = 0;
};

}  // namespace

Batch make_batch(const std::vector<const Example*>& examples, at::Device device,
                 SharePrefixes share_prefixes) {
  if (std::holds_alternative<ImageExample>(*examples.front())) {
    return make_image_batch(examples, device);
  }
  ForestBuilder forest(share_prefixes);
  for (const Example* example : examples) forest.add(std::get<TextExample>(*example));
  return forest.build(std::get<TextExample>(*examples.front()).length_class, device);
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

}  // namespace eif
