#include "plugins/causal_lm/fused_attention.h"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <vector>

#include "eif/parallel.h"
#include "eif/small_products.h"
#include "plugins/causal_lm/fused.h"
#include "plugins/causal_lm/fused_loops.h"

namespace eif {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Scores that are computed together: 128 KiB of float32.
constexpr int64_t kScoresAtOnce = int64_t{1} << 15;
// Multiplications that are worth another thread.
constexpr int64_t kGrain = int64_t{1} << 18;

// Where the rows [i, k, n] of a tensor (R, K, N, W) lie.
template <typename Number>
Rows<Number> rows_at(Number* numbers, const at::Tensor& x, int64_t row, int64_t head,
                     int64_t position) {
  return {numbers + row * x.stride(0) + head * x.stride(1) + position * x.stride(2), x.stride(2)};
}

// The heads of a batch as its tensors have them. Sizes are those of blocks.h.
struct Heads {
  const at::Tensor &query, &key, &value, &mask;

  int64_t rows() const { return query.size(0); }
  int64_t key_heads() const { return query.size(1); }
  int64_t queries() const { return query.size(2); }
  int64_t nodes() const { return key.size(2); }
  int64_t width() const { return query.size(3); }
  int64_t queries_at_once() const {
    return std::clamp<int64_t>(kScoresAtOnce / nodes(), 1, queries());
  }
};

// The queries first … first + count − 1 of the head `head` of a row.
struct Block {
  int64_t row = 0, head = 0, first = 0, count = 0;
};

// Calls work(number of a node's head in (R, N, K·G, W), first query, count) for each run of queries
// of one group, whose results are evenly far apart: those of a group's next node are K·G heads
// further on.
template <typename Work>
void for_runs(const Heads& heads, const Block& block, Work work) {
  const int64_t nodes = heads.nodes(), groups = heads.queries() / nodes;
  for (int64_t query = block.first; query < block.first + block.count;) {
    const int64_t group = query / nodes, node = query % nodes;
    const int64_t count = std::min(nodes - node, block.first + block.count - query);
    const int64_t place =
        (block.row * nodes + node) * heads.key_heads() * groups + block.head * groups + group;
    work(place, query, count);
    query += count;
  }
}

template <typename Number>
void transpose(int64_t rows, int64_t columns, Rows<const Number> from, Number* to) {
  for (int64_t column = 0; column < columns; ++column) {
    for (int64_t row = 0; row < rows; ++row) to[column * rows + row] = from[row][column];
  }
}

// What one thread computes with, block after block.
template <typename Number>
class AttentionOfThread {
 public:
  explicit AttentionOfThread(const Heads& heads)
      : heads_(heads),
        shares_(static_cast<size_t>(heads.queries_at_once() * heads.nodes())),
        transposed_keys_(static_cast<size_t>(heads.nodes() * heads.width())) {}

  // Keys of the row's head, which the blocks that follow are about.
  void take_keys(int64_t row, int64_t head) {
    transpose<Number>(heads_.nodes(), heads_.width(), part_of(heads_.key, row, head, 0),
                      transposed_keys_.data());
  }

  // to: (R, N, K·G·W)
  void attend(const Block& block, Number* to) {
    compute_shares(block);
    const int64_t nodes = heads_.nodes(), width = heads_.width();
    const auto values = part_of(heads_.value, block.row, block.head, 0);
    for_runs(heads_, block, [&](int64_t place, int64_t query, int64_t count) {
      set_to_product({count, nodes, width}, {shares_.data() + (query - block.first) * nodes, nodes},
                     values, {to + place * width, distance_of_results()});
    });
  }

 protected:
  static Rows<const Number> part_of(const at::Tensor& x, int64_t row, int64_t head,
                                    int64_t position) {
    return rows_at(x.const_data_ptr<Number>(), x, row, head, position);
  }

  int64_t distance_of_results() const {
    return heads_.key_heads() * (heads_.queries() / heads_.nodes()) * heads_.width();
  }

  void compute_shares(const Block& block) {
    const int64_t nodes = heads_.nodes();
    const Rows<Number> shares = {shares_.data(), nodes};
    set_to_product({block.count, heads_.width(), nodes},
                   part_of(heads_.query, block.row, block.head, block.first),
                   {transposed_keys_.data(), nodes}, shares);
    const int64_t mask_row = heads_.mask.size(0) == 1 ? 0 : block.row;
    const Number* const mask =
        heads_.mask.const_data_ptr<Number>() + (mask_row * heads_.queries() + block.first) * nodes;
    LoopsOf<Number>::softmax(0, block.count, nodes, shares, mask, block.count, block.count);
  }

  const Heads& heads_;
  std::vector<Number> shares_;           // of a block: (its queries, N)
  std::vector<Number> transposed_keys_;  // (W, N)
};

// Where the gradients are added: dquery has one number for each of the query, and so on.
struct HeadGradients {
  at::Tensor query, key, value;
};

template <typename Number>
class AttentionBackwardOfThread : AttentionOfThread<Number> {
 public:
  using AttentionOfThread<Number>::take_keys;

  explicit AttentionBackwardOfThread(const Heads& heads)
      : AttentionOfThread<Number>(heads),
        dshares_(this->shares_.size()),
        transposed_values_(this->transposed_keys_.size()),
        dresults_(static_cast<size_t>(heads.queries_at_once() * heads.width())) {}

  void take_values(int64_t row, int64_t head) {
    transpose<Number>(heads_.nodes(), heads_.width(), this->part_of(heads_.value, row, head, 0),
                      transposed_values_.data());
  }

  // With p the shares, o = p v: dp = do vᵀ, dv = pᵀ do; ds = p (dp − Σ p dp), dq = ds k, dk = dsᵀ
  // q. dy: (R, N, K·G·W)
  void go_back(const Block& block, const Number* dy, const HeadGradients& gradients) {
    const int64_t nodes = heads_.nodes(), width = heads_.width(), count = block.count;
    this->compute_shares(block);
    copy_results(block, dy);
    const Rows<const Number> shares = {this->shares_.data(), nodes},
                             dy_rows = {dresults_.data(), width};
    const Rows<Number> dscores = {dshares_.data(), nodes};
    const auto gradient_of = [&](const at::Tensor& x, int64_t position) {
      return rows_at(x.mutable_data_ptr<Number>(), x, block.row, block.head, position);
    };
    add_product({nodes, count, width}, transposed(shares), dy_rows,
                gradient_of(gradients.value, 0));
    set_to_product({count, width, nodes}, dy_rows, {transposed_values_.data(), nodes}, dscores);
    LoopsOf<Number>::softmax_backward(0, count, nodes, shares, dscores);
    const Rows<const Number> ds = {dshares_.data(), nodes};
    set_to_product({count, nodes, width}, ds, this->part_of(heads_.key, block.row, block.head, 0),
                   gradient_of(gradients.query, block.first));
    add_product({nodes, count, width}, transposed(ds),
                this->part_of(heads_.query, block.row, block.head, block.first),
                gradient_of(gradients.key, 0));
  }

 private:
  using AttentionOfThread<Number>::heads_;

  // The gradients of the block's results, one below the other.
  void copy_results(const Block& block, const Number* dy) {
    const int64_t width = heads_.width(), distance = this->distance_of_results();
    for_runs(heads_, block, [&](int64_t place, int64_t query, int64_t count) {
      for (int64_t i = 0; i < count; ++i) {
        std::copy_n(dy + place * width + i * distance, width,
                    dresults_.data() + (query - block.first + i) * width);
      }
    });
  }

  std::vector<Number> dshares_, transposed_values_, dresults_;
};

template <typename Work>
void for_number_type(const at::Tensor& x, Work work) {
  if (x.scalar_type() == at::kDouble) {
    work(double{});
  } else {
    work(float{});
  }
}

at::Tensor attend(const Heads& heads) {
  at::Tensor y = at::empty({heads.rows(), heads.nodes(),
                            heads.key_heads() * heads.queries() / heads.nodes() * heads.width()},
                           heads.query.options());
  const int64_t at_once = heads.queries_at_once();
  const int64_t blocks = (heads.queries() + at_once - 1) / at_once;
  const int64_t grain = std::max<int64_t>(1, kGrain / (at_once * heads.nodes() * heads.width()));
  for_number_type(y, [&]<typename Number>(Number) {
    in_parallel(0, heads.rows() * heads.key_heads() * blocks, grain,
                [&](int64_t begin, int64_t end) {
                  AttentionOfThread<Number> attention(heads);
                  for (int64_t i = begin; i < end; ++i) {
                    const int64_t first = i % blocks * at_once, head = i / blocks;
                    const Block block = {head / heads.key_heads(), head % heads.key_heads(), first,
                                         std::min(at_once, heads.queries() - first)};
                    if (i == begin || first == 0) attention.take_keys(block.row, block.head);
                    attention.attend(block, y.mutable_data_ptr<Number>());
                  }
                });
  });
  return y;
}

HeadGradients go_back(const Heads& heads, const at::Tensor& dy) {
  // Each query is of one block, and each key of all blocks of its head.
  HeadGradients gradients = {at::empty(heads.query.sizes(), dy.options()),
                             at::zeros(heads.key.sizes(), dy.options()),
                             at::zeros(heads.value.sizes(), dy.options())};
  const int64_t at_once = heads.queries_at_once();
  const int64_t grain =
      std::max<int64_t>(1, kGrain / (heads.queries() * heads.nodes() * heads.width()));
  for_number_type(dy, [&]<typename Number>(Number) {
    in_parallel(0, heads.rows() * heads.key_heads(), grain, [&](int64_t begin, int64_t end) {
      AttentionBackwardOfThread<Number> attention(heads);
      for (int64_t i = begin; i < end; ++i) {
        const int64_t row = i / heads.key_heads(), head = i % heads.key_heads();
        attention.take_keys(row, head);
        attention.take_values(row, head);
        for (int64_t first = 0; first < heads.queries(); first += at_once) {
          attention.go_back({row, head, first, std::min(at_once, heads.queries() - first)},
                            dy.const_data_ptr<Number>(), gradients);
        }
      }
    });
  });
  return gradients;
}

struct Attended : torch::autograd::Function<Attended> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& query,
                            const at::Tensor& key, const at::Tensor& value,
                            const at::Tensor& mask) {
    context->save_for_backward({query, key, value, mask});
    return attend({query, key, value, mask});
  }
  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const variable_list saved = context->get_saved_variables();
    const HeadGradients found =
        go_back({saved[0], saved[1], saved[2], saved[3]}, gradients[0].contiguous());
    return {found.query, found.key, found.value, {}};
  }
};

bool needs_gradient(const at::Tensor& x) { return at::GradMode::is_enabled() && x.requires_grad(); }

}  // namespace

bool takes_attention_loop(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                          const at::Tensor& mask, double softcap) {
  const auto is_alike = [&](const at::Tensor& x) {
    return x.is_cpu() && x.scalar_type() == query.scalar_type() && x.stride(-1) == 1;
  };
  const auto has_rows_of_query = [&](const at::Tensor& x) { return x.size(0) == query.size(0); };
  return softcap == 0 &&
         (query.scalar_type() == at::kFloat || query.scalar_type() == at::kDouble) &&
         is_alike(query) && is_alike(key) && is_alike(value) && is_alike(mask) &&
         mask.is_contiguous() && has_rows_of_query(key) && has_rows_of_query(value) &&
         (mask.size(0) == 1 || has_rows_of_query(mask)) && value.size(3) == query.size(3) &&
         query.numel() > 0;
}

at::Tensor attended(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                    const at::Tensor& mask, double softcap) {
  if (!takes_attention_loop(query, key, value, mask, softcap)) {
    return composed::attended(query, key, value, mask, softcap);
  }
  if (needs_gradient(query) || needs_gradient(key) || needs_gradient(value)) {
    return Attended::apply(query, key, value, mask);
  }
  return attend({query, key, value, mask});
}

namespace composed {

at::Tensor attended(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                    const at::Tensor& mask, double softcap) {
  at::Tensor scores = at::matmul(query, key.transpose(2, 3));
  if (softcap > 0) scores = at::tanh(scores / softcap) * softcap;
  return at::matmul(shares_of_scores(std::move(scores), mask), value)  // (R, K, G·N, W)
      .unflatten(2, {-1, key.size(2)})
      .permute({0, 3, 1, 2, 4})
      .flatten(2, 4);
}

}  // namespace composed
}  // namespace eif
