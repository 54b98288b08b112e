#include "suite/host/compute.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "suite/formats/test_files.h"

namespace eif {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(ParseDevice, KnowsTheCpu) {
  const absl::StatusOr<at::Device> device = parse_device("cpu");
  ASSERT_TRUE(device.ok()) << device.status();
  EXPECT_EQ(device->str(), "cpu");
}

TEST(ParseDevice, AutoIsTheCpuAlsoWhereThereIsAGpu) {
  const absl::StatusOr<at::Device> device = parse_device("auto");
  ASSERT_TRUE(device.ok()) << device.status();
  EXPECT_EQ(device->str(), "cpu");
}

TEST(ParseDevice, AnUnknownNameSaysWhatIsExpected) {
  for (const std::string name : {"gpu", "", "cuda:", "cuda:x", "cuda:1x", "cpu:0", "CPU"}) {
    EXPECT_EQ(
        parse_device(name).status(),
        absl::InvalidArgumentError("device '" + name + "'; expected auto, cpu, cuda or cuda:N"));
  }
}

TEST(ParseDevice, AGpuThatIsNotThereSaysHowManyThereAre) {
  for (const std::string name : {"cuda:64", "cuda:-1"}) {
    const absl::StatusOr<at::Device> device = parse_device(name);
    EXPECT_EQ(device.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(message_of(device), StartsWith("device '" + name + "': libtorch sees "));
    EXPECT_THAT(message_of(device), HasSubstr("; use --device cpu, or see eif-suite doctor"));
  }
}

TEST(ParseDtype, KnowsThree) {
  EXPECT_EQ(*parse_dtype("float32"), at::kFloat);
  EXPECT_EQ(*parse_dtype("float64"), at::kDouble);
  EXPECT_EQ(*parse_dtype("bfloat16"), at::kBFloat16);
}

TEST(ParseDtype, AnUnknownNameSaysWhatIsExpected) {
  const absl::StatusOr<at::ScalarType> dtype = parse_dtype("float16");
  EXPECT_EQ(dtype.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(message_of(dtype), StartsWith("dtype 'float16'; expected float32"));
}

TEST(UseThreads, IsHowManyTheCpuHas) {
  use_threads(3);
  EXPECT_EQ(at::get_num_threads(), 3);
  EXPECT_EQ(describe_devices().front(), "cpu, 3 threads");
  use_threads(0);  // leaves it alone
  EXPECT_EQ(describe_devices().front(), "cpu, 3 threads");
  use_threads(1);
  EXPECT_EQ(describe_devices().front(), "cpu, 1 thread");
}

TEST(UseFullPrecision, TurnsShorterProductsOff) {
  at::Context& context = at::globalContext();
  context.setAllowTF32CuBLAS(true);
  context.setAllowTF32CuDNN(true);
  use_full_precision();
  EXPECT_FALSE(context.allowTF32CuBLAS());
  EXPECT_FALSE(context.allowTF32CuDNN());
}

TEST(UseDeterministicAlgorithms, TurnsOnWhatLibtorchHasForIt) {
  at::Context& context = at::globalContext();
  context.setBenchmarkCuDNN(true);
  ASSERT_FALSE(context.deterministicAlgorithms());
  ASSERT_FALSE(context.deterministicMkldnn());
  use_deterministic_algorithms();
  EXPECT_TRUE(context.deterministicAlgorithms());
  EXPECT_FALSE(context.deterministicAlgorithmsWarnOnly());
  EXPECT_FALSE(context.deterministicFillUninitializedMemory());
  EXPECT_TRUE(context.deterministicCuDNN());
  EXPECT_TRUE(context.deterministicMkldnn());
  EXPECT_FALSE(context.benchmarkCuDNN());
  EXPECT_NE(std::getenv("CUBLAS_WORKSPACE_CONFIG"), nullptr);
  // Left as it was for the tests after this one.
  context.setDeterministicAlgorithms(false, /*warn_only=*/false);
  context.setDeterministicMkldnn(false);
  context.setDeterministicCuDNN(false);
}

TEST(DescribeLibtorch, SaysItsVersionWhetherItHasCudaAndWhereItIs) {
  const std::string text = describe_libtorch();
  EXPECT_THAT(text, StartsWith(EIF_LIBTORCH_VERSION " with"));
  EXPECT_EQ(std::filesystem::weakly_canonical(text.substr(text.rfind(", ") + 2)),
            std::filesystem::weakly_canonical(EIF_LIBTORCH_LIB));
}

}  // namespace
}  // namespace eif
