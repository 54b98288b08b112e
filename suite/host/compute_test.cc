#include "suite/host/compute.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

TEST(ParseDevice, AutoIsADeviceThatIsThere) {
  const absl::StatusOr<at::Device> device = parse_device("auto");
  ASSERT_TRUE(device.ok()) << device.status();
  const bool gpu = describe_devices().size() > 1;
  EXPECT_EQ(device->str(), gpu ? "cuda:0" : "cpu");
}

TEST(ParseDevice, AnUnknownNameSaysWhatIsExpected) {
  for (const std::string name : {"gpu", "", "cuda:", "cuda:x", "cuda:1x", "cpu:0", "CPU"}) {
    EXPECT_EQ(parse_device(name).status(),
              absl::InvalidArgumentError("device '" + name +
                                         "'; expected auto, cpu, cuda or cuda:N"));
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

TEST(ParseDtype, KnowsTwo) {
  EXPECT_EQ(*parse_dtype("float32"), at::kFloat);
  EXPECT_EQ(*parse_dtype("float64"), at::kDouble);
}

TEST(ParseDtype, AnUnknownNameSaysWhatIsExpected) {
  const absl::StatusOr<at::ScalarType> dtype = parse_dtype("float16");
  EXPECT_EQ(dtype.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(message_of(dtype), StartsWith("dtype 'float16'; expected float32"));
}

TEST(DescribeDevices, TheCpuIsFirst) {
  EXPECT_THAT(describe_devices().front(), StartsWith("cpu, "));
}

}  // namespace
}  // namespace eif
