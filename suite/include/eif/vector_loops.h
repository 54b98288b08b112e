// Loops that a compiler turns into vector instructions.
//
//   EIF_FOR_EACH_PROCESSOR
//   float sum(const float* x, int64_t n) {
//     return sum_over(n, [&](int64_t i) { return x[i]; });
//   }
//
// A program that starts on every x86-64 may use no wide vectors. A function that is marked with
// EIF_FOR_EACH_PROCESSOR is compiled for several generations of processors, of which the loader
// takes the newest that it has. What it calls must be inlined into it.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

// Sanitizers do not work yet when the loader chooses.
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define EIF_FOR_EACH_PROCESSOR \
  __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define EIF_FOR_EACH_PROCESSOR
#endif
#define EIF_INLINE [[gnu::always_inline]] inline

namespace eif {

// Sums are kept apart in so many lanes, because a compiler may not change the order of a sum: two
// registers of the widest vectors of float.
constexpr int64_t kLanes = 32;

// term(0) ∘ … ∘ term(n − 1) from `start` on, where `join` is associative but for rounding.
template <typename Term, typename Join, typename Number>
EIF_INLINE Number reduced(int64_t n, Number start, Join join, Term term) {
  Number lanes[kLanes];
  for (Number& lane : lanes) lane = start;
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (int64_t lane = 0; lane < kLanes; ++lane) lanes[lane] = join(lanes[lane], term(i + lane));
  }
  for (int64_t lane = 0; i < n; ++i, ++lane) lanes[lane] = join(lanes[lane], term(i));
  for (int64_t half = kLanes / 2; half > 0; half /= 2) {
    for (int64_t lane = 0; lane < half; ++lane) lanes[lane] = join(lanes[lane], lanes[lane + half]);
  }
  return lanes[0];
}

template <typename Term>
EIF_INLINE auto sum_over(int64_t n, Term term) {
  using Number = decltype(term(0));
  return reduced(n, Number{0}, [](Number a, Number b) { return a + b; }, term);
}

// eˣ without a call and without branches, so that a loop of it is vectorised; within 2 units in the
// last place. 0 below −87.3, where float has no full precision; NaN stays NaN.
EIF_INLINE float exponential(float x) {
  constexpr float kLowest = -87.3f, kHighest = 88.3f;
  constexpr float kLog2E = 1.44269504f;
  constexpr float kLn2High = 0.693359375f, kLn2Low = -2.12194440e-4f;
  // Added to a small number, it rounds that to an integer, which the lowest bits then have.
  constexpr float kRounder = 12582912.0f;  // 1.5 · 2²³
  const float within = x < kLowest ? kLowest : (x > kHighest ? kHighest : x);
  const float rounded = within * kLog2E + kRounder;
  const float exponent = rounded - kRounder;
  const float rest = (within - exponent * kLn2High) - exponent * kLn2Low;
  // The polynomial of Cephes' expf (Moshier), for |rest| ≤ ln 2 / 2.
  float sum = 1.9875691500e-4f;
  sum = sum * rest + 1.3981999507e-3f;
  sum = sum * rest + 8.3334519073e-3f;
  sum = sum * rest + 4.1665795894e-2f;
  sum = sum * rest + 1.6666665459e-1f;
  sum = sum * rest + 5.0000001201e-1f;
  sum = sum * (rest * rest) + rest + 1.0f;
  const uint32_t power =
      (std::bit_cast<uint32_t>(rounded) - std::bit_cast<uint32_t>(kRounder) + 127u) << 23;
  const float result = sum * std::bit_cast<float>(power);
  return x < kLowest ? 0.0f : result;
}

// Of float64, exactness is what counts.
EIF_INLINE double exponential(double x) { return std::exp(x); }

}  // namespace eif
