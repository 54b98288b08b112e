#include "tests/simulated_device/simulated_device.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/EmptyTensor.h>
#include <ATen/core/LegacyTypeDispatch.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/detail/PrivateUse1HooksInterface.h>
#include <ATen/ops/_reshape_alias_native.h>
#include <ATen/ops/as_strided_native.h>
#include <ATen/ops/unfold_native.h>
#include <ATen/ops/view_native.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <torch/library.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <optional>
#include <tuple>
#include <vector>

#include "tests/simulated_device/device_memory.h"

namespace eif {
namespace {

constexpr c10::DispatchKeySet kKeys(c10::DispatchKey::PrivateUse1);

bool is_on_device(const at::Tensor& tensor) { return tensor.is_privateuseone(); }

// ---- What is counted -----------------------------------------------------------------------------

std::mutex waits_mutex;
HostWaits waits;

void count_wait(const std::string& name) {
  const std::lock_guard lock(waits_mutex);
  ++waits.count;
  ++waits.by_operator[name];
}

// ---- Tensors as the kernels see them -------------------------------------------------------------

// The same memory, as a tensor of the CPU.
at::Tensor for_kernels(const at::Tensor& tensor) {
  if (tensor.numel() == 0) return at::empty(tensor.sizes(), tensor.options().device(at::kCPU));
  return at::from_blob(kernel_address(tensor.const_data_ptr()), tensor.sizes(), tensor.strides(),
                       tensor.options().device(at::kCPU).requires_grad(false));
}

at::Tensor empty_strided(at::IntArrayRef size, at::IntArrayRef stride,
                         std::optional<at::ScalarType> dtype, std::optional<at::Layout>,
                         std::optional<at::Device>, std::optional<bool>) {
  return at::detail::empty_strided_generic(size, stride, &device_allocator(), kKeys,
                                           c10::dtype_or_default(dtype));
}

at::Tensor empty(at::IntArrayRef size, std::optional<at::ScalarType> dtype, std::optional<at::Layout>,
                 std::optional<at::Device>, std::optional<bool>,
                 std::optional<at::MemoryFormat> format) {
  return at::detail::empty_generic(size, &device_allocator(), kKeys, c10::dtype_or_default(dtype),
                                   format);
}

at::Tensor to_device(const at::Tensor& of_cpu) {
  at::Tensor copy = empty_strided(of_cpu.sizes(), of_cpu.strides(), of_cpu.scalar_type(), {}, {}, {});
  for_kernels(copy).copy_(of_cpu);
  return copy;
}

at::Tensor copy_from(const at::Tensor& self, const at::Tensor& to, bool) {
  const at::Tensor from = is_on_device(self) ? for_kernels(self) : self;
  if (is_on_device(to)) {
    for_kernels(to).copy_(from);
  } else {
    count_wait("copy to the host");
    at::Tensor(to).copy_(from);
  }
  return to;
}

at::Scalar local_scalar(const at::Tensor& self) {
  count_wait("item");
  return for_kernels(self).item();
}

const at::Tensor& resize_device_tensor(const at::Tensor& self, at::IntArrayRef size,
                         std::optional<at::MemoryFormat> format) {
  if (self.sizes() == size) return self;
  TORCH_CHECK(self.numel() == 0, "the simulated device resizes empty tensors only");
  const at::Tensor fresh = empty(size, self.scalar_type(), {}, {}, {}, format);
  self.unsafeGetTensorImpl()->set_storage_keep_dtype(fresh.storage());
  self.unsafeGetTensorImpl()->set_sizes_and_strides(fresh.sizes(), fresh.strides());
  return self;
}

at::Tensor as_strided(const at::Tensor& self, at::IntArrayRef size, at::IntArrayRef stride,
                      std::optional<int64_t> offset) {
  return at::native::as_strided_tensorimpl(self, size, stride, offset);
}

at::Tensor view(const at::Tensor& self, at::IntArrayRef size) { return at::native::view(self, size); }

at::Tensor reshape_alias(const at::Tensor& self, at::IntArrayRef size, at::IntArrayRef stride) {
  return at::native::_reshape_alias(self, size, stride);
}

at::Tensor unfold(const at::Tensor& self, int64_t dimension, int64_t size, int64_t step) {
  return at::native::unfold(self, dimension, size, step);
}

// A convolution chooses among kernels by the device, and this is what it takes for those of others.
at::Tensor convolution(const at::Tensor& images, const at::Tensor& weight,
                       const std::optional<at::Tensor>& bias, at::IntArrayRef stride,
                       at::IntArrayRef padding, at::IntArrayRef dilation, bool transposed,
                       at::IntArrayRef output_padding, int64_t groups) {
  return to_device(at::convolution(for_kernels(images), for_kernels(weight),
                                   bias && bias->defined() ? std::optional(for_kernels(*bias))
                                                           : std::nullopt,
                                   stride, padding, dilation, transposed, output_padding, groups));
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> convolution_backward(
    const at::Tensor& gradient, const at::Tensor& images, const at::Tensor& weight,
    at::IntArrayRef stride, at::IntArrayRef padding, at::IntArrayRef dilation, bool transposed,
    at::IntArrayRef output_padding, int64_t groups, std::array<bool, 3> wanted) {
  const auto [of_images, of_weight, of_bias] = at::convolution_backward(
      for_kernels(gradient), for_kernels(images), for_kernels(weight), weight.sizes().slice(0, 1),
      stride, padding, dilation, transposed, output_padding, groups, wanted);
  const auto given = [](const at::Tensor& one) { return one.defined() ? to_device(one) : one; };
  return {given(of_images), given(of_weight), given(of_bias)};
}

// ---- Every other operator ------------------------------------------------------------------------

// One call of an operator that the CPU does for the device.
class Call {
 public:
  Call(const c10::OperatorHandle& op, torch::jit::Stack& stack)
      : op_(op), stack_(stack), schema_(op.schema()) {}

  void run() {
    const at::AutoDispatchBelowAutograd below;
    const size_t arguments = schema_.arguments().size();
    const size_t first = stack_.size() - arguments;
    for (size_t i = 0; i < arguments; ++i) take(stack_[first + i], schema_.arguments()[i]);
    op_.redispatchBoxed(c10::DispatchKeySet(c10::DispatchKey::CPU), &stack_);
    write_back();
    const size_t results = schema_.returns().size();
    bool leaves_device = false;
    for (size_t i = 0; i < results; ++i) {
      c10::IValue& result = stack_[stack_.size() - results + i];
      give(result, schema_.returns()[i]);
      leaves_device |= !result.isTensor() && !result.isTensorList() && !result.isNone();
    }
    if (leaves_device || size_depends_on_values()) count_wait(schema_.name());
  }

 private:
  // A tensor that the operator writes, as it was given, and what the kernel wrote.
  struct Written {
    const c10::AliasInfo* alias;
    at::Tensor given, kernel;
  };

  at::Tensor taken(const at::Tensor& tensor) const {
    if (!tensor.defined()) return tensor;
    if (is_on_device(tensor)) return for_kernels(tensor);
    TORCH_CHECK(tensor.is_cpu() && tensor.dim() == 0, schema_.name(),
                ": expected all tensors to be on the same device, but one of ", tensor.sizes(),
                " is on ", tensor.device(), " and others are on the simulated device");
    return tensor;
  }

  void take(c10::IValue& value, const c10::Argument& argument) {
    if (value.isDevice()) {
      value = at::Device(at::kCPU);
    } else if (value.isTensor()) {
      const at::Tensor given = value.toTensor();
      const bool is_written = argument.alias_info() != nullptr && argument.alias_info()->isWrite();
      at::Tensor kernel = taken(given);
      // One of its own, since the kernel may resize what it writes.
      if (is_written && given.defined()) {
        kernel = kernel.clone();
        written_.push_back({argument.alias_info(), given, kernel});
      }
      value = kernel;
    } else if (value.isTensorList()) {
      c10::List<at::Tensor> list;
      for (const at::Tensor& tensor : value.toTensorVector()) list.push_back(taken(tensor));
      value = list;
    } else if (value.isOptionalTensorList()) {
      c10::List<std::optional<at::Tensor>> list;
      for (const std::optional<at::Tensor>& tensor : value.toOptionalTensorVector()) {
        list.push_back(tensor ? std::optional(taken(*tensor)) : std::nullopt);
      }
      value = list;
    }
  }

  void write_back() const {
    for (const Written& one : written_) {
      if (one.given.sizes() != one.kernel.sizes()) resize_device_tensor(one.given, one.kernel.sizes(), {});
      for_kernels(one.given).copy_(one.kernel);
    }
  }

  void give(c10::IValue& value, const c10::Argument& result) const {
    if (value.isTensorList()) {
      c10::List<at::Tensor> list;
      for (const at::Tensor& tensor : value.toTensorVector()) list.push_back(to_device(tensor));
      value = list;
    }
    if (!value.isTensor() || !value.toTensor().defined()) return;
    if (result.alias_info() == nullptr) {
      value = to_device(value.toTensor());
      return;
    }
    for (const Written& one : written_) {
      if (one.alias->beforeSets() == result.alias_info()->beforeSets()) {
        value = one.given;
        return;
      }
    }
    TORCH_CHECK(false, "the simulated device does not have the view ", schema_.name());
  }

  // A mask that selects is turned into indices by aten::nonzero.
  bool size_depends_on_values() const {
    static const std::vector<std::string> names = {"aten::nonzero", "aten::masked_select",
                                                   "aten::_unique2", "aten::repeat_interleave"};
    return std::find(names.begin(), names.end(), schema_.name()) != names.end();
  }

  const c10::OperatorHandle& op_;
  torch::jit::Stack& stack_;
  const c10::FunctionSchema& schema_;
  std::vector<Written> written_;
};

void call(const c10::OperatorHandle& op, torch::jit::Stack* stack) { Call(op, *stack).run(); }

// ---- Registration --------------------------------------------------------------------------------

struct Hooks final : at::PrivateUse1HooksInterface {
  bool isBuilt() const override { return true; }
  bool isAvailable() const override { return true; }
  bool hasPrimaryContext(c10::DeviceIndex) const override { return true; }
  c10::DeviceIndex deviceCount() const override { return 1; }
  // For at::manual_seed(), which sets those of all devices.
  const at::Generator& getDefaultGenerator(c10::DeviceIndex) const override {
    static const at::Generator& generator =
        *new at::Generator(at::make_generator<at::CPUGeneratorImpl>());
    return generator;
  }
};

// Operators are done when they return, so there is nothing that streams or events would wait for.
struct Guard final : c10::impl::NoOpDeviceGuardImpl<c10::DeviceType::PrivateUse1> {
  static c10::Device device() { return {c10::kPrivateUse1, 0}; }
  static c10::Stream stream() { return c10::Stream(c10::Stream::DEFAULT, device()); }
  c10::Device exchangeDevice(c10::Device) const override { return device(); }
  c10::Device getDevice() const override { return device(); }
  c10::Stream getStream(c10::Device) const noexcept override { return stream(); }
  c10::Stream exchangeStream(c10::Stream) const noexcept override { return stream(); }
  void record(void**, const c10::Stream&, const c10::DeviceIndex,
              const c10::EventFlag) const override {}
  void block(void*, const c10::Stream&) const override {}
  bool queryEvent(void*) const override { return true; }
};

C10_REGISTER_GUARD_IMPL(PrivateUse1, Guard)

TORCH_LIBRARY_IMPL(_, PrivateUse1, library) {
  library.fallback(torch::CppFunction::makeFromBoxedFunction<&call>());
}

TORCH_LIBRARY_IMPL(aten, PrivateUse1, library) {
  library.impl("empty.memory_format", empty);
  library.impl("empty_strided", empty_strided);
  library.impl("_copy_from", copy_from);
  library.impl("_local_scalar_dense", local_scalar);
  library.impl("resize_", resize_device_tensor);
  library.impl("as_strided", as_strided);
  library.impl("view", view);
  library.impl("_reshape_alias", reshape_alias);
  library.impl("unfold", unfold);
  library.impl("convolution_overrideable", convolution);
  library.impl("convolution_backward_overrideable", convolution_backward);
}

}  // namespace

at::Device simulated_device() {
  static const bool registered = [] {
    c10::register_privateuse1_backend("simulated");
    at::RegisterPrivateUse1HooksInterface(new Hooks());  // libtorch keeps it
    c10::SetAllocator(c10::DeviceType::PrivateUse1, &device_allocator());
    return true;
  }();
  static_cast<void>(registered);
  return {at::kPrivateUse1, 0};
}

HostWaits host_waits() {
  const std::lock_guard lock(waits_mutex);
  return waits;
}

}  // namespace eif
