#include "suite/host/guard.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>

#include <new>
#include <stdexcept>
#include <string>

#include "absl/status/statusor.h"

namespace eif {
namespace {

using ::testing::HasSubstr;

TEST(Guarded, AValuePasses) {
  const absl::StatusOr<int> value = guarded("adding", []() -> absl::StatusOr<int> { return 3; });
  ASSERT_TRUE(value.ok()) << value.status();
  EXPECT_EQ(*value, 3);
}

TEST(Guarded, AnErrorPassesAsItIs) {
  EXPECT_EQ(guarded("adding", [] { return absl::NotFoundError("no summand"); }),
            absl::NotFoundError("no summand"));
}

TEST(Guarded, AnExceptionBecomesAnInternalErrorThatNamesTheStep) {
  EXPECT_EQ(guarded("adding", []() -> absl::Status { throw std::runtime_error("overflow"); }),
            absl::InternalError("adding: overflow"));
}

TEST(Guarded, OnlyTheFirstLineOfAnExceptionIsKept) {
  EXPECT_EQ(guarded("adding",
                    []() -> absl::Status {
                      throw std::runtime_error("overflow\nException raised from add\nframe #0");
                    }),
            absl::InternalError("adding: overflow"));
}

TEST(Guarded, OutOfMemoryIsAnExhaustedResource) {
  EXPECT_EQ(guarded("adding", []() -> absl::Status { throw std::bad_alloc(); }),
            absl::ResourceExhaustedError(
                "adding: out of memory (std::bad_alloc); a smaller --memory may help"));
}

TEST(Guarded, SoIsWhatTheAllocatorOfTensorsRefuses) {
  const absl::Status status = guarded("adding", []() -> absl::Status {
    at::empty({int64_t{1} << 55});  // more than any address space
    return absl::OkStatus();
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(status.message()), HasSubstr("adding: out of memory ("));
}

TEST(Guarded, WhatIsNoExceptionTypeIsCaughtToo) {
  EXPECT_EQ(guarded("adding", []() -> absl::StatusOr<std::string> { throw 42; }).status(),
            absl::InternalError("adding: an exception of unknown type"));
}

}  // namespace
}  // namespace eif
