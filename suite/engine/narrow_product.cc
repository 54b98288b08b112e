#include "suite/engine/narrow_product.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "eif/parallel.h"
#include "eif/small_products.h"
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
  TORCH_INTERNAL_ASSERT(false, "weights are packed only where there is a kernel");
}
void release_kernel() {}

#endif

// ---- Packed products -------------------------------------------------------------------------

// In one pass: the difference in float32 is never written to memory.
void round_difference(const float* x, const float* base, int64_t inputs, int64_t padded,
                      at::BFloat16* to) {
  for (int64_t i = 0; i < inputs; ++i) to[i] = at::BFloat16(x[i] - base[i]);
  for (int64_t i = inputs; i < padded; ++i) to[i] = at::BFloat16(0.0f);
}

// Writes `count` outputs of a weight, at most kPanel, as (inputs' / 2, kPanel, 2): pairs of inputs of
// the outputs side by side, as the kernel reads them at once.
template <typename Number>
void pack_panel(const Number* weight, int64_t count, int64_t inputs, int64_t padded,
                at::BFloat16* to) {
  std::fill_n(to, padded * kPanel, at::BFloat16(0.0f));
  for (int64_t input = 0; input < inputs; ++input) {
    at::BFloat16* const place = to + input / 2 * 2 * kPanel + input % 2;
    for (int64_t output = 0; output < count; ++output) {
      place[2 * output] = at::BFloat16(static_cast<float>(weight[output * inputs + input]));
    }
  }
}

#ifdef CPUBLAS_BRGEMM_BF16BF16F32

// blas::could_pack() is no answer: it means AMX alone. Where libtorch was built without the kernel,
// or is told to do without, it throws, or takes a panel for a matrix as it is.
bool reads_panels() {
  // Small whole numbers, so that no sum is rounded.
  const at::Tensor weight =
      at::arange(kPanel * kInputs, at::kFloat).remainder_(7).view({kPanel, kInputs});
  const at::Tensor x = at::arange(2 * kInputs, at::kFloat).remainder_(5).view({2, kInputs});
  const at::Tensor panel = at::empty({kInputs, kPanel}, at::kBFloat16), a = x.to(at::kBFloat16);
  pack_panel(weight.const_data_ptr<float>(), kPanel, kInputs, kInputs,
             panel.mutable_data_ptr<at::BFloat16>());
  const at::Tensor y = at::zeros({2, kPanel}, at::kFloat);
  try {
    add_block(2, kInputs, kPanel, a.const_data_ptr<at::BFloat16>(),
              panel.const_data_ptr<at::BFloat16>(), y.mutable_data_ptr<float>());
    release_kernel();
  } catch (const c10::Error&) {
    return false;
  }
  return at::equal(y, at::mm(x, weight.t()));
}

#endif

template <typename Number>
at::Tensor packed_from(const at::Tensor& weight) {
  const int64_t outputs = weight.size(0), inputs = weight.size(1);
  const int64_t padded = rounded_up(inputs, kInputs);
  const int64_t panels = rounded_up(outputs, kPanel) / kPanel;
  at::Tensor values =
      at::empty({panels, padded / 2, kPanel, 2}, weight.options().dtype(at::kBFloat16));
  const Number* const from = weight.const_data_ptr<Number>();
  auto* const to = values.mutable_data_ptr<at::BFloat16>();
  in_parallel(0, panels, 1, [&](int64_t begin, int64_t end) {
    for (int64_t panel = begin; panel < end; ++panel) {
      const int64_t first = panel * kPanel;
      pack_panel(from + first * inputs, std::min(kPanel, outputs - first), inputs, padded,
                 to + panel * padded * kPanel);
    }
  });
  return values;
}

at::Tensor packed(const at::Tensor& weight) {
  const at::Tensor contiguous = weight.contiguous();
  if (weight.scalar_type() == at::kBFloat16) return packed_from<at::BFloat16>(contiguous);
  return packed_from<float>(contiguous.to(at::kFloat));
}

// One block of positions of one row, times one panel of the weight.
class PackedProduct {
 public:
  PackedProduct(const at::Tensor& start, std::span<const int64_t> start_of_row, const at::Tensor& d,
                const NarrowWeight& weight, std::span<const RowProducts> added,
                const at::Tensor& y)
      : start_(start.const_data_ptr<float>()),
        start_of_row_(start_of_row),
        d_(d.const_data_ptr<at::BFloat16>()),
        weight_(weight.values.const_data_ptr<at::BFloat16>()),
        y_(y.mutable_data_ptr<float>()),
        rows_(d.size(0)),
        positions_(d.size(1)),
        inputs_(d.size(2)),
        outputs_(weight.outputs),
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
      for (int64_t i = begin; i < end; ++i) {
        const int64_t first = i / blocks * at_once;
        add_panels(i % blocks, first, std::min(panels, first + at_once));
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

  void add_panels(int64_t block, int64_t first_panel, int64_t end_panel) const {
    const int64_t row = block % rows_, first = block / rows_ * kBlock;
    const int64_t count = std::min(kBlock, positions_ - first);
    const int64_t start_row = start_of_row_[static_cast<size_t>(row)];
    const float* const start = start_ + (start_row * positions_ + first) * outputs_;
    const at::BFloat16* const d = d_ + (row * positions_ + first) * inputs_;
    float* const y = y_ + (row * positions_ + first) * outputs_;
    for (int64_t panel = first_panel; panel < end_panel; ++panel) {
      const int64_t output = panel * kPanel, width = std::min(kPanel, outputs_ - output);
      const at::BFloat16* const weight = weight_ + panel * kPanel * inputs_;
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
  const at::BFloat16* weight_;
  float* y_;
  int64_t rows_, positions_, inputs_, outputs_;
  std::vector<RowProducts> kept_;
  std::vector<std::vector<Added>> added_;  // by row
};

}  // namespace

bool packs_narrow_weights(at::Device device) { return device.is_cpu() && has_kernel(); }

NarrowWeight narrowed(const at::Tensor& weight) {
  return narrowed(weight, packs_narrow_weights(weight.device()));
}

NarrowWeight narrowed(const at::Tensor& weight, bool packed_for_kernel) {
  return {weight.size(0), weight.size(1), packed_for_kernel,
          packed_for_kernel ? packed(weight) : weight.to(at::kBFloat16)};
}

int64_t narrowed_bytes(const at::Tensor& weight) {
  constexpr int64_t kBytes = 2;
  if (packs_narrow_weights(weight.device())) {
    return kBytes * rounded_up(weight.size(0), kPanel) * rounded_up(weight.size(1), kInputs);
  }
  return weight.scalar_type() == at::kBFloat16 ? 0 : kBytes * weight.numel();
}

at::Tensor narrowed_differences(const at::Tensor& x, int64_t base_rows,
                                std::span<const int64_t> base_of_row, const NarrowWeight& weight) {
  const int64_t rows = x.size(0) - base_rows, positions = x.size(1), inputs = x.size(2);
  if (!weight.is_packed) {
    const at::Tensor index =
        at::tensor(at::IntArrayRef(base_of_row.data(), base_of_row.size()), at::kLong);
    return (x.narrow(0, base_rows, rows) - x.index_select(0, index.to(x.device())))
        .to(at::kBFloat16);
  }
  const int64_t padded = rounded_up(inputs, kInputs);
  const at::Tensor contiguous = x.contiguous();
  at::Tensor d = at::empty({rows, positions, padded}, x.options().dtype(at::kBFloat16));
  const float* const values = contiguous.const_data_ptr<float>();
  auto* const to = d.mutable_data_ptr<at::BFloat16>();
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
  if (weight.is_packed) {
    PackedProduct(start, start_of_row, d, weight, added, y).run();
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
