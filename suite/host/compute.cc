#include "suite/host/compute.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <dlfcn.h>
#include <torch/version.h>

#include <climits>
#include <cstdlib>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace eif {
namespace {

int gpu_count() { return at::hasCUDA() ? at::detail::getCUDAHooks().deviceCount() : 0; }

}  // namespace

absl::StatusOr<at::Device> parse_device(const std::string& name) {
  const int gpus = gpu_count();
  if (name == "cpu" || name == "auto") return at::Device(at::kCPU);
  int index = 0;
  if (name != "cuda" &&
      !(absl::StartsWith(name, "cuda:") && absl::SimpleAtoi(name.substr(5), &index))) {
    return absl::InvalidArgumentError(
        absl::StrCat("device '", name, "'; expected auto, cpu, cuda or cuda:N"));
  }
  if (index < 0 || index >= gpus) {
    return absl::InvalidArgumentError(absl::StrCat(
        "device '", name, "': libtorch sees ", gpus, " CUDA devices",
        at::hasCUDA() ? "" : " (it may be a build without CUDA, or there is no driver)",
        "; use --device cpu, or see eif-suite doctor"));
  }
  return at::Device(at::kCUDA, static_cast<at::DeviceIndex>(index));
}

absl::StatusOr<at::ScalarType> parse_dtype(const std::string& name) {
  if (name == "float32") return at::kFloat;
  if (name == "float64") return at::kDouble;
  if (name == "bfloat16") return at::kBFloat16;
  return absl::InvalidArgumentError(
      absl::StrCat("dtype '", name, "'; expected float32, float64 or bfloat16"));
}

void use_threads(int threads) {
  if (threads > 0) at::set_num_threads(threads);
}

void use_full_precision() {
  // Left alone, libtorch computes convolutions on GPUs with 10 bits after the point: the rounding
  // of a loss would be larger than most influences.
  at::Context& context = at::globalContext();
  context.setAllowTF32CuBLAS(false);
  context.setAllowTF32CuDNN(false);
}

void use_deterministic_algorithms() {
  // cuBLAS reads this when it starts: one of the two workspaces with which it is deterministic.
  ::setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", /*overwrite=*/0);
  at::Context& context = at::globalContext();
  context.setDeterministicAlgorithms(true, /*warn_only=*/false);
  // Would write over all memory before its use, for programs that read what nobody wrote.
  context.setDeterministicFillUninitializedMemory(false);
  context.setDeterministicCuDNN(true);
  context.setBenchmarkCuDNN(false);  // chooses among kernels by their times
  context.setDeterministicMkldnn(true);
}

std::vector<std::string> describe_devices() {
  std::vector<std::string> lines = {absl::StrCat(
      "cpu, ", at::get_num_threads(), at::get_num_threads() == 1 ? " thread" : " threads")};
  const int gpus = gpu_count();
  for (int i = 0; i < gpus; ++i) {
    lines.push_back(
        absl::StrCat("cuda:", i, " (--device cuda:", i, "; no test of this version ran on a GPU)"));
  }
  if (gpus == 0 && at::globalContext().hasCUDART()) {
    lines.push_back(
        "no GPU: libtorch has CUDA and sees none; nvidia-smi tells whether there is a driver");
  }
  return lines;
}

std::string describe_libtorch() {
  std::string cuda = "without CUDA";
  if (at::globalContext().hasCUDART()) {
    const auto version = at::globalContext().versionCUDART();  // 13000 is 13.0
    cuda = absl::StrCat("with CUDA ", version / 1000, ".", version % 1000 / 10);
  }
  std::string folder = "an unknown folder";
  if (void* loaded = dlopen("libtorch_cpu.so", RTLD_LAZY | RTLD_NOLOAD); loaded != nullptr) {
    char origin[PATH_MAX] = "";
    if (dlinfo(loaded, RTLD_DI_ORIGIN, origin) == 0) folder = origin;
    dlclose(loaded);  // it stays loaded: this only gives back what was asked for here
  }
  return absl::StrCat(TORCH_VERSION, " ", cuda, ", ", folder);
}

}  // namespace eif
