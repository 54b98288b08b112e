#include "suite/engine/narrow_product.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

#include "eif/parallel.h"
#include "eif/small_products.h"
#include "eif/vector_loops.h"
#include "suite/engine/matrix_product.h"

#if __has_include(<ATen/native/CPUBlas.h>)
#include <ATen/native/CPUBlas.h>
#endif

namespace eif {
namespace {

// Outputs that are packed side by side, and positions that the kernel takes at once: the results of
// such a block stay in a core's first-level cache while they are summed.
constexpr int64_t kPanel = 64;
constexpr int64_t kBlock = 64;
// Inputs are padded to so many, as one instruction of AMX takes.
constexpr int64_t kInputs = 32;
// Bytes of a weight that all positions are multiplied with before the next: half of a core's
// second-level cache.
constexpr int64_t kWeightAtOnce = int64_t{1} << 20;

int64_t rounded_up(int64_t count, int64_t to) { return (count + to - 1) / to * to; }

// ---- The kernel ------------------------------------------------------------------------------

// The macro is libtorch's own way to say that it has this function.
#ifdef CPUBLAS_BRGEMM_BF16BF16F32

namespace blas = at::native::cpublas;

// Processors that have AVX-512 and not this would do what it does in many steps.
bool has_bfloat16_products() {
#if defined(__x86_64__) && defined(__GNUC__)
  return __builtin_cpu_supports("avx512bf16");
#else
  return false;
#endif
}

// Whether products read what pack_panel() writes, and as it is meant.
bool reads_panels();

bool has_kernel() {
  static const bool has = has_bfloat16_products() && reads_panels();
  return has;
}

// c += a · panel: (positions, inputs) · (inputs, kPanel), c with rows of `outputs`.
void add_block(int64_t positions, int64_t inputs, int64_t outputs, const at::BFloat16* a,
               const at::BFloat16* panel, float* c) {
  blas::brgemm(positions, kPanel, inputs, /*ld_a=*/inputs, /*ld_b=*/kPanel, /*ld_c=*/outputs,
               /*add_C=*/true, a, panel, c);
}

// To be called by each thread after its last block: the tiles of AMX are a state of the core.
void release_kernel() { blas::brgemm_release(); }

#else

bool has_kernel() { return false; }
void add_block(int64_t, int64_t, int64_t, const at::BFloat16*, const at::BFloat16*, float*) {
  TORCH_INTERNAL_ASSERT(false, "products take it only where it is");
}
void release_kernel() {}

#endif

// ---- Rounded numbers ------------------------------------------------------------------------

// The bits of at::BFloat16(x), without a branch, so that loops are vectorised.
EIF_INLINE uint16_t rounded_bits(float x) {
  constexpr uint16_t kNotANumber = 0x7fc0;
  const auto bits = std::bit_cast<uint32_t>(x);
  const auto to_nearest_even = static_cast<uint16_t>((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
  return x != x ? kNotANumber : to_nearest_even;
}
EIF_INLINE uint16_t rounded_bits(at::BFloat16 x) { return x.x; }

// Of numbers from `begin` to `end` of rows that are `inputs` long: x − base. In one pass: the
// difference in float32 is never written to memory.
EIF_FOR_EACH_PROCESSOR
void round_difference(const float* x, const float* base, int64_t inputs, int64_t padded,
                      uint16_t* to) {
  for (int64_t i = 0; i < inputs; ++i) to[i] = rounded_bits(x[i] - base[i]);
  for (int64_t i = inputs; i < padded; ++i) to[i] = 0;
}

// A pair of inputs as the kernel reads them.
uint32_t pair_at(const uint16_t* numbers) {
  uint32_t pair = 0;
  std::memcpy(&pair, numbers, sizeof(pair));
  return pair;
}

template <typename Number>
EIF_INLINE void pack(const Number* weight, int64_t count, int64_t inputs, int64_t padded,
                     uint32_t* to) {
  // Some inputs at a time are rounded row by row, and then moved pair by pair, so that either loop
  // is over what lies side by side on one of its ends.
  constexpr int64_t kAtOnce = 8 * kInputs;
  uint16_t rows[kPanel][kAtOnce + kInputs] = {};
  for (int64_t first = 0; first < padded; first += kAtOnce) {
    const int64_t here = std::min(kAtOnce, padded - first), given = std::min(here, inputs - first);
    for (int64_t output = 0; output < count; ++output) {
      const Number* const from = weight + output * inputs + first;
      for (int64_t i = 0; i < given; ++i) rows[output][i] = rounded_bits(from[i]);
      for (int64_t i = given; i < here; ++i) rows[output][i] = 0;
    }
    for (int64_t i = 0; i < here; i += 2) {
      uint32_t* const pairs = to + (first + i) / 2 * kPanel;
      for (int64_t output = 0; output < kPanel; ++output) pairs[output] = pair_at(&rows[output][i]);
    }
  }
}

// What pairs are made of, one number behind the other.
const at::BFloat16* numbers_of(const uint32_t* pairs) {
  return reinterpret_cast<const at::BFloat16*>(pairs);
}

// Writes `count` outputs of a weight, at most kPanel, as (inputs' / 2, kPanel) pairs: of the
// outputs side by side, and zeros where there is none.
EIF_FOR_EACH_PROCESSOR
void pack_panel(const float* weight, int64_t count, int64_t inputs, int64_t padded, uint32_t* to) {
  pack(weight, count, inputs, padded, to);
}
EIF_FOR_EACH_PROCESSOR
void pack_panel(const at::BFloat16* weight, int64_t count, int64_t inputs, int64_t padded,
                uint32_t* to) {
  pack(weight, count, inputs, padded, to);
}

#ifdef CPUBLAS_BRGEMM_BF16BF16F32

// blas::could_pack() is no answer: it means AMX alone. Where libtorch was built without the kernel,
// or is told to do without, it throws, or takes a panel for a matrix as it is.
bool reads_panels() {
  // Small whole numbers, so that no sum is rounded.
  const at::Tensor weight =
      at::arange(kPanel * kInputs, at::kFloat).remainder_(7).view({kPanel, kInputs});
  const at::Tensor x = at::arange(2 * kInputs, at::kFloat).remainder_(5).view({2, kInputs});
  const at::Tensor a = x.to(at::kBFloat16);
  const at::Tensor y = at::zeros({2, kPanel}, at::kFloat);
  uint32_t panel[kInputs / 2 * kPanel];
  pack_panel(weight.const_data_ptr<float>(), kPanel, kInputs, kInputs, panel);
  try {
    add_block(2, kInputs, kPanel, a.const_data_ptr<at::BFloat16>(), numbers_of(panel),
              y.mutable_data_ptr<float>());
    release_kernel();
  } catch (const c10::Error&) {
    return false;
  }
  return at::equal(y, at::mm(x, weight.t()));
}

#endif

// Outputs of a weight as the kernel reads them, some panels at a time.
class PackedPanels {
 public:
  // inputs: of a panel, padded.
  PackedPanels(const at::Tensor& weight, int64_t panels, int64_t inputs)
      : weight_(weight),
        inputs_(inputs),
        pairs_(at::empty({panels * pairs_of_panel()}, at::kInt)) {}

  // Panels first … end − 1, of which there are no more than it was made for.
  void pack(int64_t first, int64_t end) {
    if (weight_.scalar_type() == at::kBFloat16) {
      pack_from(weight_.const_data_ptr<at::BFloat16>(), first, end);
    } else {
      pack_from(weight_.const_data_ptr<float>(), first, end);
    }
    first_ = first;
  }

  const at::BFloat16* panel(int64_t number) const {
    return numbers_of(pairs() + (number - first_) * pairs_of_panel());
  }

 private:
  int64_t pairs_of_panel() const { return inputs_ / 2 * kPanel; }
  uint32_t* pairs() const {
    return reinterpret_cast<uint32_t*>(pairs_.mutable_data_ptr<int32_t>());
  }

  template <typename Number>
  void pack_from(const Number* weight, int64_t first, int64_t end) const {
    const int64_t outputs = weight_.size(0), inputs = weight_.size(1);
    for (int64_t panel = first; panel < end; ++panel) {
      const int64_t output = panel * kPanel;
      pack_panel(weight + output * inputs, std::min(kPanel, outputs - output), inputs, inputs_,
                 pairs() + (panel - first) * pairs_of_panel());
    }
  }

  const at::Tensor& weight_;
  int64_t inputs_;
  at::Tensor pairs_;
  int64_t first_ = 0;
};

// Blocks of positions of one row, times panels of the weight.
class KernelProduct {
 public:
  KernelProduct(const at::Tensor& start, std::span<const int64_t> start_of_row, const at::Tensor& d,
                const at::Tensor& weight, std::span<const RowProducts> added, const at::Tensor& y)
      : start_(start.const_data_ptr<float>()),
        start_of_row_(start_of_row),
        d_(d.const_data_ptr<at::BFloat16>()),
        weight_(weight.contiguous()),
        y_(y.mutable_data_ptr<float>()),
        rows_(d.size(0)),
        positions_(d.size(1)),
        inputs_(d.size(2)),
        outputs_(weight.size(0)),
        added_(static_cast<size_t>(d.size(0))) {
    for (const RowProducts& products : added) {
      kept_.push_back({products.first_row, products.a.contiguous(), products.b.contiguous()});
    }
    for (const RowProducts& products : kept_) {
      const int64_t terms = products.a.size(2);
      for (int64_t i = 0; i < products.a.size(0); ++i) {
        added_[static_cast<size_t>(products.first_row + i)].push_back(
            {terms, products.a.const_data_ptr<float>() + i * positions_ * terms,
             products.b.const_data_ptr<float>() + i * terms * outputs_});
      }
    }
  }

  void run() const {
    const int64_t panels = rounded_up(outputs_, kPanel) / kPanel;
    const int64_t at_once =
        std::max<int64_t>(1, kWeightAtOnce / (2 * kPanel * inputs_));  // panels
    const int64_t groups = rounded_up(panels, at_once) / at_once;
    const int64_t blocks = rounded_up(positions_, kBlock) / kBlock * rows_;
    in_parallel(0, groups * blocks, 1, [&](int64_t begin, int64_t end) {
      PackedPanels packed(weight_, std::min(panels, at_once), inputs_);
      for (int64_t i = begin; i < end; ++i) {
        const int64_t first = i / blocks * at_once, end_panel = std::min(panels, first + at_once);
        if (i == begin || i % blocks == 0) packed.pack(first, end_panel);
        add_panels(i % blocks, packed, first, end_panel);
      }
      release_kernel();
    });
  }

 private:
  // What one row adds: a: (N, T), b: (T, O).
  struct Added {
    int64_t terms;
    const float* a;
    const float* b;
  };

  void add_panels(int64_t block, const PackedPanels& packed, int64_t first_panel,
                  int64_t end_panel) const {
    const int64_t row = block % rows_, first = block / rows_ * kBlock;
    const int64_t count = std::min(kBlock, positions_ - first);
    const int64_t start_row = start_of_row_[static_cast<size_t>(row)];
    const float* const start = start_ + (start_row * positions_ + first) * outputs_;
    const at::BFloat16* const d = d_ + (row * positions_ + first) * inputs_;
    float* const y = y_ + (row * positions_ + first) * outputs_;
    for (int64_t panel = first_panel; panel < end_panel; ++panel) {
      const int64_t output = panel * kPanel, width = std::min(kPanel, outputs_ - output);
      const at::BFloat16* const weight = packed.panel(panel);
      if (width == kPanel) {
        copy(start + output, outputs_, y + output, outputs_, count, width);
        add_block(count, inputs_, outputs_, d, weight, y + output);
      } else {
        // The last panel is wider than what is left of y.
        float sums[kBlock * kPanel] = {};
        copy(start + output, outputs_, sums, kPanel, count, width);
        add_block(count, inputs_, kPanel, d, weight, sums);
        copy(sums, kPanel, y + output, outputs_, count, width);
      }
      for (const Added& added : added_[static_cast<size_t>(row)]) {
        add_product({count, added.terms, width}, {added.a + first * added.terms, added.terms},
                    {added.b + output, outputs_}, {y + output, outputs_});
      }
    }
  }

  static void copy(const float* from, int64_t from_stride, float* to, int64_t to_stride,
                   int64_t count, int64_t width) {
    for (int64_t i = 0; i < count; ++i) {
      std::memcpy(to + i * to_stride, from + i * from_stride,
                  static_cast<size_t>(width) * sizeof(float));
    }
  }

  const float* start_;
  std::span<const int64_t> start_of_row_;
  const at::BFloat16* d_;
  at::Tensor weight_;
  float* y_;
  int64_t rows_, positions_, inputs_, outputs_;
  std::vector<RowProducts> kept_;
  std::vector<std::vector<Added>> added_;  // by row
};

}  // namespace

bool has_narrow_kernel(at::Device device) { return device.is_cpu() && has_kernel(); }

NarrowWeight narrowed(const at::Tensor& weight) {
  return narrowed(weight, has_narrow_kernel(weight.device()));
}

NarrowWeight narrowed(const at::Tensor& weight, bool for_kernel) {
  const bool is_taken_as_it_is = for_kernel && weight.scalar_type() == at::kFloat;
  return {for_kernel, is_taken_as_it_is ? weight : weight.to(at::kBFloat16)};
}

int64_t narrowed_bytes(const at::Tensor& weight) {
  const bool is_taken_as_it_is =
      weight.scalar_type() == at::kBFloat16 ||
      (weight.scalar_type() == at::kFloat && has_narrow_kernel(weight.device()));
  return is_taken_as_it_is ? 0 : 2 * weight.numel();
}

at::Tensor narrowed_differences(const at::Tensor& x, int64_t base_rows,
                                std::span<const int64_t> base_of_row, const NarrowWeight& weight) {
  const int64_t rows = x.size(0) - base_rows, positions = x.size(1), inputs = x.size(2);
  if (!weight.is_for_kernel) {
    const at::Tensor index =
        at::tensor(at::IntArrayRef(base_of_row.data(), base_of_row.size()), at::kLong);
    return (x.narrow(0, base_rows, rows) - x.index_select(0, index.to(x.device())))
        .to(at::kBFloat16);
  }
  const int64_t padded = rounded_up(inputs, kInputs);
  const at::Tensor contiguous = x.contiguous();
  at::Tensor d = at::empty({rows, positions, padded}, x.options().dtype(at::kBFloat16));
  const float* const values = contiguous.const_data_ptr<float>();
  auto* const to = reinterpret_cast<uint16_t*>(d.mutable_data_ptr<at::BFloat16>());
  in_parallel(0, rows * positions, kBlock, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t row = i / positions, position = i % positions;
      const int64_t base = base_of_row[static_cast<size_t>(row)];
      round_difference(values + (base_rows * positions + i) * inputs,
                       values + (base * positions + position) * inputs, inputs, padded,
                       to + i * padded);
    }
  });
  return d;
}

void plus_narrow_product(const at::Tensor& start, std::span<const int64_t> start_of_row,
                         const at::Tensor& d, const NarrowWeight& weight,
                         std::span<const RowProducts> added, const at::Tensor& y) {
  if (weight.is_for_kernel) {
    KernelProduct(start, start_of_row, d, weight.values, added, y).run();
    return;
  }
  const at::Tensor positions = d.flatten(0, 1);
  const at::Tensor products = d.is_cuda() ? at::mm(positions, weight.values.t(), at::kFloat)
                                          : product(positions.to(at::kFloat), weight.values);
  for (int64_t row = 0; row < d.size(0); ++row) {
    at::Tensor result = y[row];
    at::add_out(result, start[start_of_row[static_cast<size_t>(row)]],
                products.narrow(0, row * d.size(1), d.size(1)));
  }
  for (const RowProducts& one : added) {
    y.narrow(0, one.first_row, one.a.size(0)).baddbmm_(one.a, one.b);
  }
}

}  // namespace eif
