#include "suite/engine/metering.h"

#include <c10/core/CPUAllocator.h>
#include <gtest/gtest.h>

#include "eif/plain_weights.h"

namespace eif {
namespace {

constexpr int64_t kFloats = 1 << 20;
constexpr int64_t kBytes = kFloats * 4;

TEST(MemoryMeter, CountsWhatIsThereAtTheSameTime) {
  MemoryMeter meter(at::kCPU);
  {
    const at::Tensor first = at::empty({3 * kFloats});
  }
  const at::Tensor second = at::empty({kFloats});
  const at::Tensor third = at::empty({kFloats});
  EXPECT_EQ(meter.peak_bytes(), 3 * kBytes);
  const at::Tensor fourth = at::empty({2 * kFloats});
  EXPECT_EQ(meter.peak_bytes(), 4 * kBytes);
}

TEST(MemoryMeter, CountsNothingOfBeforeAndAfter) {
  at::Tensor before = at::empty({kFloats});
  int64_t peak = 0;
  {
    MemoryMeter meter(at::kCPU);
    before = at::Tensor();
    peak = meter.peak_bytes();
  }
  const at::Tensor after = at::empty({kFloats});
  EXPECT_EQ(peak, 0);
}

// The allocator of before is there again, and frees what the meter handed out.
TEST(MemoryMeter, WhatOutlivesItIsFreedAsEver) {
  const c10::Allocator* const before = c10::GetCPUAllocator();
  at::Tensor tensor;
  {
    MemoryMeter meter(at::kCPU);
    tensor = at::ones({kFloats});
    EXPECT_NE(c10::GetCPUAllocator(), before);
  }
  EXPECT_EQ(c10::GetCPUAllocator(), before);
  EXPECT_EQ(tensor.sum().item<double>(), kFloats);
  tensor.resize_({2 * kFloats});  // copies it into memory of the other allocator
  EXPECT_EQ(tensor[kFloats - 1].item<double>(), 1);
}

// Attention: no parameter is used, and N² scores are there.
TEST(MemoryMeter, SeesWhatNoUseOfAParameterReturns) {
  constexpr int64_t kNodes = 512;
  const std::vector<Parameter> parameters = {{"weight", at::ones({8, 8})}};
  PlainWeights weights(parameters);
  MeteredWeights metered(weights);
  MemoryMeter meter(at::kCPU);
  const at::Tensor x = metered.linear(at::ones({1, kNodes, 8}), 0);
  const at::Tensor mixed = at::matmul(at::softmax(at::matmul(x, x.transpose(1, 2)), -1), x);
  EXPECT_EQ(metered.total_bytes(), kNodes * 8 * 4);
  EXPECT_GE(meter.peak_bytes(), 2 * kNodes * kNodes * 4);  // scores and shares
}

}  // namespace
}  // namespace eif
