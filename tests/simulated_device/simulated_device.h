// A device beside the CPU, for tests of code that is to run on a GPU where there is none.
//
// It is libtorch's place for devices of others (PrivateUse1). Its memory is this process's, and host code
// cannot touch it (device_memory.h). Each operator is the CPU's, on what the device has. What a GPU would
// refuse is refused: tensors of the host, but for single numbers, among those of the device. What would
// make the host wait for a GPU is counted: numbers and tensors that are copied to the host, and operators
// whose result has a size that depends on their values.
//
//   std::unique_ptr<Model> model = load(…, simulated_device());
//   const HostWaits before = host_waits();
//   …
//   EXPECT_LE(host_waits().count - before.count, 3);
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>

namespace eif {

// Registers the device with libtorch at the first call.
at::Device simulated_device();

// Since the process began. Copies within an operator do not count.
struct HostWaits {
  int64_t count = 0;
  std::map<std::string, int64_t> by_operator;
};
HostWaits host_waits();

}  // namespace eif
