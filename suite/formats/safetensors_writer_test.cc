#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "suite/formats/safetensors.h"
#include "suite/formats/test_files.h"

namespace eif {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TensorView view(DType dtype, std::vector<int64_t> shape, const std::string& bytes) {
  return {dtype, std::move(shape), std::as_bytes(std::span(bytes))};
}

TEST(SafetensorsWriter, BytesAreExact) {
  const std::string halves = "abcd";
  const std::string doubles = "ABCDEFGH";
  const std::string bytes = "xyz";
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "w.safetensors";
  const absl::Status status = write_safetensors(path,
                                                {{"a", view(DType::kU8, {3}, bytes)},
                                                 {"b", view(DType::kF64, {}, doubles)},
                                                 {"d", view(DType::kBF16, {1, 1}, "12")},
                                                 {"c", view(DType::kF16, {2}, halves)}},
                                                {{"kind", "test"}, {"\"", "é"}});
  ASSERT_TRUE(status.ok()) << status;
  const std::string header = R"({"__metadata__":{"\"":"é","kind":"test"},)"
                             R"("b":{"dtype":"F64","shape":[],"data_offsets":[0,8]},)"
                             R"("c":{"dtype":"F16","shape":[2],"data_offsets":[8,12]},)"
                             R"("d":{"dtype":"BF16","shape":[1,1],"data_offsets":[12,14]},)"
                             R"("a":{"dtype":"U8","shape":[3],"data_offsets":[14,17]}})";
  const std::string written = bytes_of(path);
  const size_t padded = (header.size() + 7) / 8 * 8;
  ASSERT_EQ(padded, 0x108u);
  EXPECT_EQ(written.substr(0, 8), std::string("\x08\x01\0\0\0\0\0\0", 8));
  EXPECT_EQ(written.substr(8, padded), header + std::string(padded - header.size(), ' '));
  EXPECT_EQ(written.substr(8 + padded), "ABCDEFGHabcd12xyz");
  EXPECT_EQ(folder.entries(), 1u);
}

TEST(SafetensorsWriter, WhatIsWrittenIsRead) {
  const std::string bytes = "12345678";
  const TemporaryFolder folder;
  const std::filesystem::path first = folder.path() / "first";
  const std::filesystem::path second = folder.path() / "second";
  ASSERT_TRUE(write_safetensors(first,
                                {{"x", view(DType::kF32, {2, 1}, bytes)},
                                 {"empty", view(DType::kI64, {0, 4}, "")}},
                                {{"k", "v"}})
                  .ok());
  const absl::StatusOr<SafetensorsFile> read = SafetensorsFile::open(first);
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_TRUE(write_safetensors(second, read->tensors(), read->metadata()).ok());
  EXPECT_EQ(bytes_of(first), bytes_of(second));
}

TEST(SafetensorsWriter, NoTensorsMakeAValidFile) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_safetensors(folder.path() / "w", {}).ok());
  EXPECT_TRUE(SafetensorsFile::open(folder.path() / "w").ok());
}

TEST(SafetensorsWriter, BytesThatDoNotFitShapeAreRefusedAndNothingIsWritten) {
  const TemporaryFolder folder;
  EXPECT_THAT(message_of(write_safetensors(folder.path() / "w",
                                           {{"a", view(DType::kF32, {3}, "12345678")}})),
              AllOf(HasSubstr("cannot write " + (folder.path() / "w").string()),
                    HasSubstr(R"(tensor "a" has 8 bytes; F32 of shape [3] needs 12)")));
  EXPECT_EQ(folder.entries(), 0u);
}

TEST(SafetensorsWriter, NegativeSizeIsRefused) {
  EXPECT_THAT(message_of(write_safetensors("unused", {{"a", view(DType::kU8, {-1}, "")}})),
              HasSubstr(R"(a number in the shape of tensor "a" is a negative number)"));
}

TEST(SafetensorsWriter, ReservedNameIsRefused) {
  EXPECT_THAT(
      message_of(write_safetensors("unused", {{"__metadata__", view(DType::kU8, {}, "x")}})),
      HasSubstr("of __metadata__ is an array; expected a text"));
}

TEST(SafetensorsWriter, TextThatIsNotUtf8IsRefused) {
  EXPECT_THAT(message_of(write_safetensors("unused", {{"\xff", view(DType::kU8, {}, "x")}})),
              HasSubstr("a tensor name or metadata text is not UTF-8"));
  EXPECT_THAT(message_of(write_safetensors("unused", {}, {{"k", "\xc3"}})),
              HasSubstr("a tensor name or metadata text is not UTF-8"));
}

TEST(SafetensorsWriter, HeaderBeyondFormatLimitIsRefused) {
  // Control characters take six bytes each in JSON.
  const std::string large(16'700'000, '\1');
  EXPECT_THAT(message_of(write_safetensors("unused", {}, {{"k", large}})),
              HasSubstr("the format allows 100000000"));
}

TEST(SafetensorsWriter, UnwritableFileIsNamed) {
  const TemporaryFolder folder;
  EXPECT_THAT(message_of(write_safetensors(folder.file("file", "") / "w", {})),
              HasSubstr("cannot make the folder"));
}

}  // namespace
}  // namespace eif
