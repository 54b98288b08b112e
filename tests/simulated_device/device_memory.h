// Memory of the simulated device: bytes of this process that host code cannot touch.
//
// Each block is seen at two addresses. The one that tensors have may be neither read nor written, so that
// code which takes a tensor of the device for one of the host ends with a segmentation fault, as it would
// on a GPU. The other is for the simulated kernels.
#pragma once

#include <c10/core/CachingDeviceAllocator.h>

#include <cstddef>
#include <cstdint>

namespace eif {

// The one allocator of the device.
c10::DeviceAllocator& device_allocator();

// Where the kernels see what a tensor has at `device_address`.
void* kernel_address(const void* device_address);

// Allocations of more than what is then in use plus so many bytes fail, as on a device that is full, and
// are counted. 0: no limit. Of the whole process; tests set it back.
void set_free_device_bytes(size_t bytes);
int64_t refused_allocations();

}  // namespace eif
