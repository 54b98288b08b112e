#include "suite/engine/out_of_memory.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>

#include <new>
#include <stdexcept>

namespace eif {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(AsExhausted, KnowsTheAllocatorForCpus) {
  const absl::Status status = as_exhausted([]() -> absl::Status {
    at::empty({int64_t{1} << 55});  // more than any address space
    return absl::OkStatus();
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(status.message()), StartsWith("out of memory: "));
  EXPECT_THAT(std::string(status.message()), HasSubstr("tried to allocate"));
}

TEST(AsExhausted, KnowsTheAllocatorsForGpusAndStd) {
  EXPECT_EQ(as_exhausted([]() -> absl::Status {
              throw c10::OutOfMemoryError({"", "", 0}, "CUDA out of memory");
            }).code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(as_exhausted([]() -> absl::Status { throw std::bad_alloc(); }).code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(AsExhausted, WhatFailedForAnotherReasonPasses) {
  EXPECT_THROW(as_exhausted([]() -> absl::Status {
                 return at::zeros({2}).view({3}), absl::OkStatus();
               }).IgnoreError(),
               c10::Error);
  EXPECT_THROW(as_exhausted([]() -> absl::Status {
                 throw std::runtime_error("no memory of it");
               }).IgnoreError(),
               std::runtime_error);
  EXPECT_EQ(as_exhausted([] { return absl::NotFoundError("as it is"); }),
            absl::NotFoundError("as it is"));
}

}  // namespace
}  // namespace eif
