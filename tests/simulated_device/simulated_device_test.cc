#include "tests/simulated_device/simulated_device.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <torch/csrc/autograd/autograd.h>

#include "tests/simulated_device/device_memory.h"

namespace eif {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

at::Tensor on_device(const at::Tensor& tensor) { return tensor.to(simulated_device()); }

TEST(SimulatedDevice, ComputesWhatTheCpuDoes) {
  const at::Tensor x = at::arange(12, at::kDouble).view({3, 4});
  const at::Tensor w = at::linspace(-1, 1, 8, at::kDouble).view({4, 2});
  const at::Tensor y = at::softmax(on_device(x).mm(on_device(w)).transpose(0, 1).add(1), -1);
  EXPECT_TRUE(y.is_privateuseone());
  EXPECT_TRUE(at::equal(y.cpu(), at::softmax(x.mm(w).transpose(0, 1).add(1), -1)));
}

TEST(SimulatedDevice, ViewsShareMemoryAndAreWrittenInPlace) {
  const at::Tensor x = on_device(at::zeros({2, 3}));
  x.select(0, 1).fill_(5);
  x.view({3, 2}).slice(0, 0, 1).add_(1);
  EXPECT_TRUE(at::equal(x.cpu(), at::tensor({1, 1, 0, 5, 5, 5}, at::kFloat).view({2, 3})));
}

TEST(SimulatedDevice, GradientsFlowThroughIt) {
  at::Tensor x = on_device(at::ones({3}, at::kDouble)).requires_grad_();
  const at::Tensor loss = (x * x * 2).sum();
  const auto gradients = torch::autograd::grad({loss}, {x});
  EXPECT_TRUE(at::equal(gradients[0].cpu(), at::full({3}, 4, at::kDouble)));
}

TEST(SimulatedDevice, TensorsOfTheHostAreRefusedButForSingleNumbers) {
  const at::Tensor x = on_device(at::ones({3}));
  EXPECT_THAT([&] { x.add(at::ones({3})); },
              ThrowsMessage<c10::Error>(HasSubstr("xpected all tensors to be on the same device")));
  EXPECT_THAT([&] { x.index({at::zeros({1}, at::kLong)}); },
              ThrowsMessage<c10::Error>(HasSubstr("xpected all tensors to be on the same device")));
  EXPECT_TRUE(at::equal(x.add(at::scalar_tensor(2)).cpu(), at::full({3}, 3)));
}

TEST(SimulatedDeviceDeathTest, HostCodeCannotReadItsMemory) {
  const at::Tensor x = on_device(at::ones({3}));
  EXPECT_EQ(*static_cast<const float*>(kernel_address(x.const_data_ptr())), 1);
  EXPECT_DEATH(static_cast<volatile const float*>(x.const_data_ptr())[0], "");
}

int64_t waits_of(const std::function<void()>& body) {
  const int64_t before = host_waits().count;
  body();
  return host_waits().count - before;
}

TEST(SimulatedDevice, WhatTheHostWaitsForIsCounted) {
  const at::Tensor x = on_device(at::arange(6, at::kFloat));
  EXPECT_EQ(waits_of([&] { x.cpu(); }), 1);
  EXPECT_EQ(waits_of([&] { x.sum().item(); }), 1);
  EXPECT_EQ(waits_of([&] { x.index({x > 2}); }), 1);
  EXPECT_EQ(waits_of([&] { x.nonzero(); }), 1);
  EXPECT_EQ(waits_of([&] { x.equal(x); }), 1);
}

TEST(SimulatedDevice, WhatStaysOnItIsNot) {
  const at::Tensor x = on_device(at::arange(6, at::kFloat));
  EXPECT_EQ(waits_of([&] {
              at::Tensor y = x.view({2, 3}).mm(x.view({3, 2})).add_(1);
              y.copy_(at::ones({2, 2}));
              at::cat({y, y}).index_select(0, on_device(at::tensor({1, 0}, at::kLong)));
            }),
            0);
}

TEST(SimulatedDevice, IsFullWhereItIsToldSo) {
  set_free_device_bytes(4096);
  EXPECT_THROW(on_device(at::zeros({4096})), c10::OutOfMemoryError);
  set_free_device_bytes(0);
  EXPECT_NO_THROW(on_device(at::zeros({4096})));
}

}  // namespace
}  // namespace eif
